/* The part of HTTP/1.1 that the sample needs: one request per connection, and Content-Length for bodies. */
#ifndef HTTP_H
#define HTTP_H

#include "fields.h"

typedef struct http_request {
  char *bytes, *method, *target;
  fields headers;
  char* body;
  size_t body_size;
} http_request;

int http_listen(unsigned short port, unsigned short* bound); /* on 127.0.0.1; the socket, or -1 */
int http_read(int socket, http_request*); /* 0, the status that refuses the request, or -1: the connection ended */
void http_refuse(int socket, unsigned status);
void http_request_clear(http_request*);
int http_write(int socket, const void* bytes, size_t size); /* 1 or 0 */
int http_write_head(int socket, unsigned status, const fields* headers);

#endif
