/* What nginx reads when it loads the module. Filters run from the end of the list to its beginning: this one runs after
   headers (add_header), userid, gunzip, charset, ssi and postpone, and before gzip, chunked and ranges. */
#include <ngx_config.h>
#include <ngx_core.h>

extern ngx_module_t ngx_http_abide_module, ngx_abide_check_module;

ngx_module_t* ngx_modules[] = {&ngx_http_abide_module, &ngx_abide_check_module, NULL};
char* ngx_module_names[] = {"ngx_http_abide_module", "ngx_abide_check_module", NULL};
char* ngx_module_order[] = {"ngx_http_gzip_filter_module", "ngx_http_abide_module", "ngx_http_postpone_filter_module",
                            NULL};
