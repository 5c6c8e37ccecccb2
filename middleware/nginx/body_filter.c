/* Inserts into the body of a page while it is sent, with a few buffers whatever its size. */
#include "abide_nginx.h"

enum { most_buffers = 4, buffer_size = 32768, most_beginning = 1024, is_buffered = 0x80 };

ngx_http_output_body_filter_pt abide_next_body_filter;

static const ngx_buf_tag_t tag = (ngx_buf_tag_t)&ngx_http_abide_module;

static size_t size_in_memory(const ngx_buf_t* b) { return ngx_buf_in_memory(b) ? (size_t)(b->last - b->pos) : 0; }

/* Appends a buffer to the output; NULL: all are in use. */
static ngx_int_t open_buffer(ngx_http_request_t* r, abide_context* context, ngx_buf_t** opened) {
  ngx_chain_t *link = context->free, **end;
  *opened = NULL;
  if (link) {
    context->free = link->next;
  } else {
    if (context->buffers == most_buffers) return NGX_OK;
    link = ngx_alloc_chain_link(r->pool);
    if (!link) return NGX_ERROR;
    link->buf = ngx_create_temp_buf(r->pool, buffer_size);
    if (!link->buf) return NGX_ERROR;
    link->buf->tag = tag;
    link->buf->recycled = 1;
    ++context->buffers;
  }
  link->buf->flush = link->buf->last_buf = link->buf->last_in_chain = 0;
  link->next = NULL;
  for (end = &context->out; *end; end = &(*end)->next) continue;
  *end = link;
  *opened = link->buf;
  return NGX_OK;
}

static ngx_buf_t* last_out(const abide_context* context) {
  const ngx_chain_t* link = context->out;
  while (link && link->next) link = link->next;
  return link ? link->buf : NULL;
}

/* NGX_AGAIN: no buffer is free. */
static ngx_int_t write_pending(ngx_http_request_t* r, abide_context* context) {
  while (context->pending.size > 0) {
    ngx_buf_t* b = last_out(context);
    size_t size;
    if ((!b || b->tag != tag || b->last == b->end) && open_buffer(r, context, &b) != NGX_OK) return NGX_ERROR;
    if (!b) return NGX_AGAIN;
    size = ngx_min(context->pending.size, (size_t)(b->end - b->last));
    b->last = ngx_cpymem(b->last, context->pending.data, size);
    context->pending.data += size;
    context->pending.size -= size;
  }
  return NGX_OK;
}

/* Marks the last buffer, or a new one without bytes. */
static ngx_int_t mark(ngx_http_request_t* r, abide_context* context, int is_last) {
  ngx_buf_t* b = last_out(context);
  if (!b) {
    ngx_chain_t* const link = ngx_alloc_chain_link(r->pool);
    if (!link) return NGX_ERROR;
    link->buf = b = ngx_calloc_buf(r->pool);
    if (!b) return NGX_ERROR;
    link->next = NULL;
    context->out = link;
  }
  if (is_last) b->last_buf = b->last_in_chain = 1;
  else b->flush = 1;
  return NGX_OK;
}

/* nginx sends what there is of a response that the application did not complete, and closes the connection. The
   insertion may hold a kilobyte of it, perhaps all. */
static int breaks_off(const ngx_http_request_t* r, const ngx_buf_t* b) {
  return b->flush && !b->last_buf && ngx_buf_size(b) == 0 && r->keepalive == 0 && r->upstream &&
         !r->upstream->peer.connection;
}

/* Frees the link before its bytes are sent: its owner may refill the buffer and pass it in again while these bytes wait
   for a buffer. */
static ngx_int_t take_next(ngx_http_request_t* r, abide_context* context) {
  ngx_chain_t* const link = context->in;
  ngx_buf_t* const b = link->buf;
  abide_text chunk;
  chunk.data = (const char*)b->pos;
  chunk.size = size_in_memory(b);
  context->in = link->next;
  ngx_free_chain(r->pool, link);
  context->wants_flush = b->flush;
  context->breaks_off = breaks_off(r, b) ? 1 : 0;
  context->was_last = b->last_buf || context->breaks_off;
  if (chunk.size == 0) return NGX_OK;
  b->pos = b->last;
  b->file_pos = b->file_last;
  return abide_insertion_feed(context->insertion, chunk, &context->pending, NULL) == ABIDE_OK ? NGX_OK : NGX_ERROR;
}

/* What follows the bytes of a buffer once they are written. */
static ngx_int_t follow(ngx_http_request_t* r, abide_context* context) {
  if (context->wants_flush && mark(r, context, 0) != NGX_OK) return NGX_ERROR;
  context->wants_flush = 0;
  if (!context->was_last || context->is_ending) return NGX_OK;
  context->is_ending = 1;
  return abide_insertion_end(context->insertion, &context->pending, NULL) == ABIDE_OK ? write_pending(r, context)
                                                                                      : NGX_ERROR;
}

/* Turns the input into output, as far as there are free buffers. */
static ngx_int_t fill(ngx_http_request_t* r, abide_context* context) {
  ngx_int_t rc;
  for (;;) {
    rc = write_pending(r, context);
    if (rc == NGX_OK) rc = follow(r, context);
    if (rc != NGX_OK) return rc;
    if (context->is_ending) {
      if (!context->has_ended && mark(r, context, !context->breaks_off) != NGX_OK) return NGX_ERROR;
      context->has_ended = 1;
      return NGX_OK;
    }
    if (!context->in) return NGX_OK;
    if (take_next(r, context) != NGX_OK) return NGX_ERROR;
  }
}

static ngx_int_t pass(ngx_http_request_t* r, abide_context* context) {
  ngx_int_t rc, filled;
  for (;;) {
    filled = fill(r, context);
    if (filled == NGX_ERROR) return NGX_ERROR;
    rc = NGX_OK; /* the next filter takes an empty chain for an error */
    if (context->out || context->busy) rc = abide_next_body_filter(r, context->out);
    ngx_chain_update_chains(r->pool, &context->free, &context->busy, &context->out, tag);
    if (rc == NGX_ERROR) return NGX_ERROR;
    if (filled == NGX_OK || !context->free) break;
  }
  if (filled == NGX_AGAIN) r->connection->buffered |= is_buffered;
  else r->connection->buffered &= ~is_buffered;
  return filled == NGX_AGAIN ? NGX_AGAIN : rc;
}

/* The first bytes of a body; they are read again later. `is_whole`: they are all of it, or the body is empty. */
static int beginning_of(const ngx_chain_t* in, abide_text* beginning, int* is_whole) {
  beginning->data = NULL;
  beginning->size = 0;
  *is_whole = 0;
  for (; in; in = in->next) {
    const size_t size = size_in_memory(in->buf);
    if (size > 0 && beginning->size > 0) return 1;
    if (size > 0) {
      beginning->data = (const char*)in->buf->pos;
      beginning->size = ngx_min(size, most_beginning);
    }
    if (size > most_beginning) return 1;
    *is_whole = in->buf->last_buf;
  }
  return beginning->size > 0 || *is_whole;
}

/* The application ended behind the fields of its response, and nothing was sent yet. */
static ngx_int_t refuse_bare_fields(ngx_http_request_t* r, abide_context* context) {
  ngx_log_error(NGX_LOG_ERR, r->connection->log, 0, "abide: the application ended before the body of its response");
  context->is_held = 0;
  return ngx_http_filter_finalize_request(r, &ngx_http_abide_module, NGX_HTTP_BAD_GATEWAY);
}

/* Sends the fields that waited, if the beginning of the body has come. NGX_AGAIN: not yet. */
static ngx_int_t send_held(ngx_http_request_t* r, abide_context* context, const ngx_chain_t* in) {
  abide_text beginning;
  int is_whole;
  ngx_int_t rc;
  if (!beginning_of(in, &beginning, &is_whole)) {
    for (; in; in = in->next)
      if (breaks_off(r, in->buf)) return refuse_bare_fields(r, context);
    return NGX_AGAIN;
  }
  rc = abide_finish_fields(r, context, beginning, is_whole, 1);
  return rc == NGX_ERROR || rc > NGX_OK ? NGX_ERROR : NGX_OK;
}

ngx_int_t abide_body_filter(ngx_http_request_t* r, ngx_chain_t* in) {
  abide_context* const context = ngx_http_get_module_ctx(r, ngx_http_abide_module);
  if (!context || r != r->main) return abide_next_body_filter(r, in);
  if (context->is_held) {
    const ngx_int_t rc = send_held(r, context, in);
    if (rc != NGX_OK) return rc == NGX_AGAIN ? NGX_OK : rc;
  }
  if (!context->insertion) return abide_next_body_filter(r, in);
  /* The connection is ready for what later filters hold, such as gzip. */
  if (!in && !context->in && !context->out && !context->busy) return abide_next_body_filter(r, in);
  if (in && ngx_chain_add_copy(r->pool, &context->in, in) != NGX_OK) return NGX_ERROR;
  return pass(r, context);
}
