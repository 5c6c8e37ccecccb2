/* A site in C99 with Abide around it:  abide-c [--port N] [--records STORE] POLICY.json
   Serves one connection at a time and one request per connection; its page is written in chunks. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "abide/site.h"
#include "http.h"

static int add(fields* to, const char* name, const char* value) {
  return fields_add(to, name, strlen(name), value, strlen(value));
}

/* The application, which contains no consent logic. */
static const char* const page[] = {"<!doctype html><html lang=\"en\"><head><title>Sho", "p</title></head><bo",
                                   "dy><h1>Shop</h1><p>Everything must go.</p>", "</body></html>"};
enum { pieces = sizeof page / sizeof *page };

static int application(const http_request* request, fields* response) {
  const char* const cookies = fields_get(&request->headers, "Cookie");
  return add(response, "Content-Type", "text/html; charset=utf-8") && add(response, "Set-Cookie", "basket=1; Path=/") &&
         add(response, "Set-Cookie", "_ga=GA1.1.5; Path=/; Max-Age=9999") &&
         add(response, "X-Cookies-Seen", cookies ? cookies : "");
}

/* Answers requests for Abide's own pages. Returns 1 if it sent a response, 0 if the application must answer, -1 on
   error. */
static int answer_own(int to, abide_exchange* exchange, const abide_request* asked, http_request* request) {
  abide_error error = {sizeof error, 0, ""};
  abide_effect* wanted = NULL;
  abide_reply reply = {sizeof reply, 0, {NULL, 0}, 0};
  abide_text body, name, value;
  fields headers = {NULL, 0, 0};
  char length[32];
  size_t n;
  int code, sent;
  body.data = request->body;
  body.size = request->body_size;
  code = abide_answer(exchange, asked, fields_shown(&request->headers), body, &wanted, &error);
  while (code == ABIDE_OK && wanted) { /* may block here: a server with an event loop uses carry_out_later */
    abide_effect* const done = wanted;
    abide_carry_out(done, NULL); /* if it fails, the strict answer applies */
    code = abide_resume(exchange, done, fields_shown(&request->headers), &wanted, &error);
  }
  if (code != ABIDE_OK) {
    fprintf(stderr, "abide-c: %s\n", error.text);
    return -1;
  }
  if (!abide_take_reply(exchange, &reply)) return 0;
  for (n = 0; abide_reply_field(exchange, n, &name, &value); ++n)
    fields_add(&headers, name.data, name.size, value.data, value.size);
  snprintf(length, sizeof length, "%lu", (unsigned long)reply.body.size);
  add(&headers, "Content-Length", length);
  sent = http_write_head(to, reply.status, &headers) &&
         (strcmp(request->method, "HEAD") == 0 || http_write(to, reply.body.data, reply.body.size));
  fields_clear(&headers);
  return sent ? 1 : -1;
}

static int send_page(int to, abide_insertion* insertion) {
  abide_text out;
  int i;
  for (i = 0; i < pieces; ++i) {
    if (!insertion) out = text_of(page[i]);
    else if (abide_insertion_feed(insertion, text_of(page[i]), &out, NULL) != ABIDE_OK) return 0;
    if (!http_write(to, out.data, out.size)) return 0;
  }
  if (!insertion) return 1;
  return abide_insertion_end(insertion, &out, NULL) == ABIDE_OK && http_write(to, out.data, out.size);
}

/* Sends the application's page, filtered. Closing the connection ends the body. */
static int answer_page(int to, abide_exchange* exchange, const http_request* request) {
  abide_error error = {sizeof error, 0, ""};
  fields response = {NULL, 0, 0};
  abide_insertion* insertion = NULL;
  int sent = application(request, &response);
  const int code = abide_finish(exchange, 200, fields_shown(&response), text_of(page[0]), 0, &insertion, &error);
  if (code != ABIDE_OK) fprintf(stderr, "abide-c: %s\n", error.text);
  sent = sent && code == ABIDE_OK && http_write_head(to, 200, &response) &&
         (strcmp(request->method, "HEAD") == 0 || send_page(to, insertion));
  abide_insertion_free(insertion);
  fields_clear(&response);
  return sent;
}

static void serve_one(int connection, const abide_site* site) {
  abide_error error = {sizeof error, 0, ""};
  http_request request;
  const int status = http_read(connection, &request);
  if (status > 0) http_refuse(connection, (unsigned)status);
  if (status == 0) {
    abide_exchange* exchange = NULL;
    abide_request asked;
    memset(&asked, 0, sizeof asked);
    asked.size = sizeof asked;
    asked.method = text_of(request.method);
    asked.target = text_of(request.target);
    asked.peer = text_of("127.0.0.1");
    if (abide_begin(site, &asked, fields_shown(&request.headers), &exchange, &error) != ABIDE_OK) {
      fprintf(stderr, "abide-c: %s\n", error.text);
    } else if (answer_own(connection, exchange, &asked, &request) == 0) {
      answer_page(connection, exchange, &request);
    }
    abide_exchange_free(exchange);
  }
  http_request_clear(&request);
}

static volatile sig_atomic_t stopped = 0;
static void stop(int number) {
  (void)number;
  stopped = 1;
}

static void stop_on(int number) {
  struct sigaction how;
  memset(&how, 0, sizeof how);
  how.sa_handler = stop; /* without SA_RESTART: accept returns */
  sigaction(number, &how, NULL);
}

static int serve(const abide_site* site, unsigned short port) {
  const int listening = http_listen(port, &port);
  if (listening < 0) {
    perror("abide-c");
    return 1;
  }
  printf("http://127.0.0.1:%u\n", port);
  fflush(stdout);
  while (!stopped) {
    const int connection = accept(listening, NULL, NULL);
    if (connection < 0) continue;
    serve_one(connection, site);
    shutdown(connection, SHUT_WR);
    close(connection);
  }
  close(listening);
  return 0;
}

int main(int count, char** words) {
  abide_site_options options;
  abide_error error = {sizeof error, 0, ""};
  abide_site* site = NULL;
  unsigned short port = 0;
  int i, status;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  for (i = 1; i < count; ++i) {
    if (i + 1 < count && strcmp(words[i], "--port") == 0) port = (unsigned short)atoi(words[++i]);
    else if (i + 1 < count && strcmp(words[i], "--records") == 0) options.records = text_of(words[++i]);
    else options.policy_file = text_of(words[i]);
  }
  if (abide_site_open(&options, &site, &error) != ABIDE_OK) {
    fprintf(stderr, "abide-c: %s\n", error.text);
    return 2;
  }
  stop_on(SIGTERM);
  stop_on(SIGINT);
  status = serve(site, port);
  abide_site_close(site);
  return status;
}
