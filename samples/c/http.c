#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { largest_request = 65536, largest_rest = 1 << 24 };

int http_listen(unsigned short port, unsigned short* bound) {
  const int yes = 1, listening = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at;
  socklen_t size = sizeof at;
  if (listening < 0) return -1;
  memset(&at, 0, sizeof at);
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listening, (struct sockaddr*)&at, sizeof at) != 0 || listen(listening, 16) != 0 ||
      getsockname(listening, (struct sockaddr*)&at, &size) != 0) {
    close(listening);
    return -1;
  }
  *bound = ntohs(at.sin_port);
  return listening;
}

/* Reads until `enough` bytes have arrived, or past an empty line if `enough` is 0. Returns what http_read returns. */
static int read_more(int from, char* bytes, size_t* size, size_t enough) {
  while (enough ? *size < enough : !strstr(bytes, "\r\n\r\n")) {
    ssize_t got;
    if (*size == largest_request) return 431;
    got = recv(from, bytes + *size, largest_request - *size, 0);
    if (got <= 0) return -1;
    *size += (size_t)got;
    bytes[*size] = '\0';
  }
  return 0;
}

/* Where the body ends. Returns what http_read returns. */
static int read_length(http_request* to, size_t most) {
  const char* const length = fields_get(&to->headers, "Content-Length");
  if (fields_get(&to->headers, "Transfer-Encoding")) return 411;
  if (!length) return 0;
  if (*length == '\0' || length[strspn(length, "0123456789")] != '\0') return 400;
  if (strlen(length) > 9) return 413;
  to->body_size = strtoul(length, NULL, 10);
  return to->body_size > most ? 413 : 0;
}

static int read_fields(char* line, fields* to) {
  while (*line) {
    char* const end = strstr(line, "\r\n");
    char* const colon = strchr(line, ':');
    char *value, *last = end;
    if (!end || !colon || colon > end) return 0;
    for (value = colon + 1; *value == ' ' || *value == '\t'; ++value) continue;
    while (last > value && (last[-1] == ' ' || last[-1] == '\t')) --last;
    if (!fields_add(to, line, (size_t)(colon - line), value, (size_t)(last - value))) return 0;
    line = end + 2;
  }
  return 1;
}

static int split_line(http_request* to) {
  char* version;
  to->method = to->bytes;
  to->target = strchr(to->bytes, ' ');
  if (!to->target) return 0;
  *to->target++ = '\0';
  version = strchr(to->target, ' ');
  if (!version) return 0;
  *version = '\0';
  return 1;
}

int http_read(int from, http_request* to) {
  size_t size = 0, head;
  char* line;
  int status;
  memset(to, 0, sizeof *to);
  to->bytes = calloc(1, largest_request + 1);
  if (!to->bytes) return -1;
  status = read_more(from, to->bytes, &size, 0);
  if (status != 0) return status;
  line = strstr(to->bytes, "\r\n");
  to->body = strstr(to->bytes, "\r\n\r\n") + 4;
  head = (size_t)(to->body - to->bytes);
  to->body[-2] = '\0';
  *line = '\0';
  if (!split_line(to) || !read_fields(line + 2, &to->headers)) return 400;
  status = read_length(to, largest_request - head);
  return status == 0 ? read_more(from, to->bytes, &size, head + to->body_size) : status;
}

/* Reads on for a while: if bytes that were not read remain when the connection is closed, the visitor's system discards
   the answer. */
void http_refuse(int to, unsigned status) {
  const struct timeval patience = {1, 0};
  char line[96], rest[4096];
  size_t read = 0;
  ssize_t got = 1;
  const int size =
      snprintf(line, sizeof line, "HTTP/1.1 %u -\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status);
  if (!http_write(to, line, (size_t)size)) return;
  shutdown(to, SHUT_WR);
  setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  while (got > 0 && read < largest_rest) {
    got = recv(to, rest, sizeof rest, 0);
    if (got > 0) read += (size_t)got;
  }
}

void http_request_clear(http_request* request) {
  free(request->bytes);
  fields_clear(&request->headers);
}

int http_write(int to, const void* bytes, size_t size) {
  const char* at = bytes;
  while (size > 0) {
    const ssize_t sent = send(to, at, size, MSG_NOSIGNAL);
    if (sent <= 0) return 0;
    at += sent;
    size -= (size_t)sent;
  }
  return 1;
}

int http_write_head(int to, unsigned status, const fields* headers) {
  char line[64];
  size_t i;
  const int size = snprintf(line, sizeof line, "HTTP/1.1 %u -\r\nConnection: close\r\n", status);
  if (!http_write(to, line, (size_t)size)) return 0;
  for (i = 0; i < headers->count; ++i) {
    const field* const each = &headers->list[i];
    if (!http_write(to, each->name, strlen(each->name)) || !http_write(to, ": ", 2) ||
        !http_write(to, each->value, strlen(each->value)) || !http_write(to, "\r\n", 2))
      return 0;
  }
  return http_write(to, "\r\n", 2);
}
