/* A C99 program that keeps the records itself, in memory. Its store answers at once, later from a thread, or not at
   all. P7 must hold in each case: what was acknowledged is kept, and what was not kept is not acknowledged. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abide/site.h"

static int faults = 0;

#define CHECK(holds)                                                      \
  do {                                                                    \
    if (!(holds)) {                                                       \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #holds); \
      ++faults;                                                           \
    }                                                                     \
  } while (0)

static abide_text text_of(const char* words) {
  abide_text text;
  text.data = words;
  text.size = strlen(words);
  return text;
}

static char* copy_of(abide_text text) {
  char* const made = malloc(text.size + 1);
  if (!made) exit(1);
  if (text.size > 0) memcpy(made, text.data, text.size);
  made[text.size] = 0;
  return made;
}

static int is(abide_text text, const char* words) {
  return text.size == strlen(words) && memcmp(text.data, words, text.size) == 0;
}

/* The store */

enum way { at_once, later, never, wrong_kind, forgets };
enum { room = 64 };

typedef struct memory {
  pthread_mutex_t busy;
  enum way way;
  size_t count, accounts;
  char *json[room], *subject[room], *account[room];
  int opted_out[room];
  int64_t since[room];
} memory;

static void forget(memory* all) {
  while (all->count > 0) {
    free(all->json[--all->count]);
    free(all->subject[all->count]);
  }
  while (all->accounts > 0) free(all->account[--all->accounts]);
}

/* An answer that a thread gives a moment later. */
typedef struct belated {
  abide_question* asked;
  abide_text json[room];
  size_t count;
  int is_save;
} belated;

static void* answer_later(void* given) {
  belated* const one = given;
  if (one->is_save) abide_answer_saved(one->asked, 1, text_of(""));
  else abide_answer_history(one->asked, one->json, one->count);
  free(one);
  return NULL;
}

static void in_a_thread(const belated* one) {
  pthread_t thread;
  belated* const given = malloc(sizeof *given);
  if (!given) exit(1);
  *given = *one;
  if (pthread_create(&thread, NULL, answer_later, given) != 0) exit(1);
  pthread_detach(thread);
}

static void save(void* of, const abide_log_change* change, abide_question* asked) {
  memory* const to = of;
  belated answer = {0};
  if (to->way == never) {
    abide_answer_saved(asked, 0, text_of("the memory is full"));
    return;
  }
  if (to->way == wrong_kind) {
    abide_answer_account(asked, 0, 0);
    return;
  }
  pthread_mutex_lock(&to->busy);
  if (change->record && to->count < room) {
    to->json[to->count] = copy_of(change->record->json);
    to->subject[to->count++] = copy_of(change->record->subject);
  }
  if (change->step != ABIDE_ACCOUNT_STAYS && to->accounts < room) {
    to->account[to->accounts] = copy_of(change->account);
    to->opted_out[to->accounts] = change->step == ABIDE_ACCOUNT_OPTS_OUT;
    to->since[to->accounts++] = change->since;
  }
  pthread_mutex_unlock(&to->busy);
  answer.asked = asked;
  answer.is_save = 1;
  if (to->way == later && asked) in_a_thread(&answer);
  else abide_answer_saved(asked, 1, text_of(""));
}

static void account(void* of, abide_text name, abide_question* asked) {
  memory* const from = of;
  size_t n = from->accounts;
  if (from->way == never) {
    abide_answer_none(asked);
    return;
  }
  while (n > 0 && !is(name, from->account[n - 1])) --n;
  abide_answer_account(asked, n > 0 && from->opted_out[n - 1], n > 0 ? from->since[n - 1] : 0);
}

static void history(void* of, abide_text subject, size_t count, abide_question* asked) {
  memory* const from = of;
  belated answer = {0};
  size_t n;
  if (from->way == never) {
    abide_answer_none(asked);
    return;
  }
  answer.asked = asked;
  pthread_mutex_lock(&from->busy);
  for (n = 0; n < from->count; ++n)
    if (is(subject, from->subject[n])) answer.json[answer.count++] = text_of(from->json[n]);
  pthread_mutex_unlock(&from->busy);
  if (from->way == forgets) {
    answer.json[0] = text_of("{\"id\":\"edited\"}");
    answer.count = 1;
  }
  if (answer.count > count) abort(); /* this test keeps few records */
  if (from->way == later) in_a_thread(&answer);
  else abide_answer_history(asked, answer.json, answer.count);
}

/* Header sections: a list of fields. */

typedef struct list {
  char *name[room], *value[room];
  size_t count;
} list;

static int get(void* of, size_t n, abide_text* name, abide_text* value) {
  const list* const all = of;
  if (n >= all->count) return 0;
  *name = text_of(all->name[n]);
  *value = text_of(all->value[n]);
  return 1;
}
static int set(void* of, size_t n, abide_text value) {
  list* const all = of;
  char* const now = copy_of(value);
  free(all->value[n]);
  all->value[n] = now;
  return 1;
}
static int add(void* of, abide_text name, abide_text value) {
  list* const all = of;
  if (all->count == room) return 0;
  all->name[all->count] = copy_of(name);
  all->value[all->count++] = copy_of(value);
  return 1;
}
static int take(void* of, size_t n) {
  list* const all = of;
  free(all->name[n]);
  free(all->value[n]);
  --all->count;
  memmove(all->name + n, all->name + n + 1, (all->count - n) * sizeof *all->name);
  memmove(all->value + n, all->value + n + 1, (all->count - n) * sizeof *all->value);
  return 1;
}
static const abide_header_functions functions = {sizeof functions, get, set, add, take, NULL};

static abide_headers shown(list* of) {
  abide_headers made;
  made.with = &functions;
  made.of = of;
  return made;
}
static void put(list* to, const char* name, const char* value) { add(to, text_of(name), text_of(value)); }
static void clear(list* of) {
  while (of->count > 0) take(of, of->count - 1);
}
static int has(const list* of, const char* name, const char* begins) {
  size_t n;
  for (n = 0; n < of->count; ++n)
    if (strcmp(of->name[n], name) == 0 && strncmp(of->value[n], begins, strlen(begins)) == 0) return 1;
  return 0;
}

/* A visitor with cookies */

typedef struct visitor {
  char cookies[8192];
  unsigned status;
  char body[65536];
} visitor;

/* Keeps a reply and its cookies, as a browser would: name and value up to the semicolon. */
static void keep(visitor* to, abide_exchange* from, const abide_reply* reply) {
  abide_text name, value;
  size_t n, end;
  to->status = reply->status;
  snprintf(to->body, sizeof to->body, "%.*s", (int)reply->body.size, reply->body.data);
  for (n = 0; abide_reply_field(from, n, &name, &value); ++n) {
    if (!is(name, "Set-Cookie")) continue;
    for (end = 0; end < value.size && value.data[end] != ';';) ++end;
    snprintf(to->cookies + strlen(to->cookies), sizeof to->cookies - strlen(to->cookies), "%s%.*s",
             *to->cookies ? "; " : "", (int)end, value.data);
  }
}

static pthread_mutex_t waiting = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;

static void tell(void* context) {
  pthread_mutex_lock(&waiting);
  *(int*)context = 1;
  pthread_cond_signal(&told);
  pthread_mutex_unlock(&waiting);
}

/* One effect: blocking, or with a continuation. */
static void carry_out(abide_effect* wanted, int blocks) {
  int is_done = 0;
  if (blocks) {
    CHECK(abide_carry_out(wanted, NULL) == ABIDE_OK);
    return;
  }
  CHECK(abide_carry_out_later(wanted, tell, &is_done, NULL) == ABIDE_OK);
  pthread_mutex_lock(&waiting);
  while (!is_done) pthread_cond_wait(&told, &waiting);
  pthread_mutex_unlock(&waiting);
}

/* One exchange. Returns 1 if the application's targeting cookie passed. */
static int visit(const abide_site* site, visitor* who, const char* method, const char* target, const char* body,
                 const char* user, int blocks) {
  abide_request request = {sizeof request, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, {NULL, 0}};
  abide_reply reply = {sizeof reply, 0, {NULL, 0}, 0};
  abide_exchange* exchange;
  abide_effect* wanted = NULL;
  abide_effect* done;
  list asked = {{NULL}, {NULL}, 0}, answer = {{NULL}, {NULL}, 0};
  int passed;
  request.method = text_of(method);
  request.target = text_of(target);
  put(&asked, "Host", "shop.example");
  put(&asked, "Accept", "text/html");
  put(&asked, "Sec-Fetch-Site", "same-origin");
  put(&asked, "Content-Type", "application/x-www-form-urlencoded");
  if (*who->cookies) put(&asked, "Cookie", who->cookies);
  CHECK(abide_begin(site, &request, shown(&asked), &exchange, NULL) == ABIDE_OK);
  if (user) CHECK(abide_identify(exchange, text_of(user), NULL, shown(&asked), &wanted, NULL) == ABIDE_OK);
  for (; wanted; abide_resume(exchange, done, shown(&asked), &wanted, NULL)) carry_out(done = wanted, blocks);
  CHECK(abide_answer(exchange, &request, shown(&asked), text_of(body), &wanted, NULL) == ABIDE_OK);
  for (; wanted; abide_resume(exchange, done, shown(&asked), &wanted, NULL)) carry_out(done = wanted, blocks);
  who->status = 0;
  if (abide_take_reply(exchange, &reply)) {
    keep(who, exchange, &reply);
  } else {
    put(&answer, "Content-Type", "text/plain");
    put(&answer, "Set-Cookie", "_fbp=2; Max-Age=9");
    CHECK(abide_finish(exchange, 200, shown(&answer), text_of("x"), 1, NULL, NULL) == ABIDE_OK);
  }
  passed = has(&answer, "Set-Cookie", "_fbp=2");
  abide_exchange_free(exchange);
  clear(&asked);
  clear(&answer);
  return passed;
}

static abide_site* open_site(memory* log) {
  static const char key[] = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
  const abide_log_functions with = {sizeof with, save, account, history, 2000};
  abide_site_options options = {0};
  abide_error error = {sizeof error, 0, ""};
  abide_text keys;
  abide_site* site;
  keys = text_of(key);
  options.size = sizeof options;
  options.location = text_of("DE");
  options.browser_files = text_of("none");
  options.keys = &keys;
  options.key_count = 1;
  options.log = &with;
  options.log_context = log;
  if (abide_site_open(&options, &site, &error) != ABIDE_OK) {
    fprintf(stderr, "%s\n", error.text);
    exit(1);
  }
  return site;
}

/* A choice is saved, read back, shown in a receipt, and withdrawn. */
static void keeps(enum way way, int blocks) {
  memory log = {PTHREAD_MUTEX_INITIALIZER, at_once, 0, 0, {NULL}, {NULL}, {NULL}, {0}, {0}};
  abide_site* const site = open_site(&log);
  visitor who = {"", 0, ""};
  char before[sizeof who.cookies];
  log.way = way;
  CHECK(!visit(site, &who, "GET", "/", "", NULL, blocks));
  visit(site, &who, "POST", "/consent", "choice=accept-all&from=banner", NULL, blocks);
  CHECK(who.status == 303);
  CHECK(log.count == 1 && strstr(log.json[0], "\"event\":\"grant\"") && strstr(log.json[0], "\"choices\":\"nggg\""));
  CHECK(visit(site, &who, "GET", "/", "", NULL, blocks));
  visit(site, &who, "GET", "/consent/receipt?download=1", "", NULL, blocks);
  CHECK(who.status == 200 && strstr(who.body, "dpv:ConsentReceipt") && strstr(who.body, log.subject[0]));
  memcpy(before, who.cookies, sizeof before);
  visit(site, &who, "POST", "/consent", "choice=withdraw", NULL, blocks);
  CHECK(who.status == 303 && log.count == 2);
  /* The old cookie is sent again, but the log has the withdrawal. */
  memcpy(who.cookies, before, sizeof before);
  CHECK(!visit(site, &who, "GET", "/", "", NULL, blocks));
  log.way = forgets; /* unreadable records prove nothing: there is no receipt */
  visit(site, &who, "GET", "/consent/receipt?download=1", "", NULL, blocks);
  CHECK(who.status == 503);
  abide_site_close(site);
  forget(&log);
}

/* What is not saved is not acknowledged. */
static void fails(enum way way, int blocks) {
  memory log = {PTHREAD_MUTEX_INITIALIZER, at_once, 0, 0, {NULL}, {NULL}, {NULL}, {0}, {0}};
  abide_site* const site = open_site(&log);
  visitor who = {"", 0, ""};
  log.way = way;
  visit(site, &who, "POST", "/consent", "choice=accept-all&from=banner", NULL, blocks);
  CHECK(who.status == 503 && log.count == 0);
  CHECK(!visit(site, &who, "GET", "/", "", NULL, blocks));
  abide_site_close(site);
  forget(&log);
}

/* An account's opt-out follows it to another browser; without an answer every account counts as opted out. */
static void knows_accounts(int blocks) {
  memory log = {PTHREAD_MUTEX_INITIALIZER, at_once, 0, 0, {NULL}, {NULL}, {NULL}, {0}, {0}};
  abide_site* const site = open_site(&log);
  visitor at_home = {"", 0, ""}, at_work = {"", 0, ""}, other = {"", 0, ""};
  visit(site, &at_home, "POST", "/consent", "choice=opt-out", "jane", blocks);
  CHECK(at_home.status == 303 && log.accounts == 1 && log.opted_out[0] == 1 && log.since[0] > 0);
  visit(site, &at_work, "POST", "/consent", "choice=accept-all&from=banner", NULL, blocks);
  CHECK(visit(site, &at_work, "GET", "/", "", "john", blocks));
  CHECK(!visit(site, &at_work, "GET", "/", "", "jane", blocks));
  visit(site, &other, "POST", "/consent", "choice=accept-all&from=banner", NULL, blocks);
  log.way = never;
  CHECK(!visit(site, &other, "GET", "/", "", "john", blocks));
  abide_site_close(site);
  forget(&log);
}

int main(void) {
  abide_log_functions none = {sizeof none, NULL, NULL, NULL, 0};
  abide_site_options options = {0};
  abide_site* site;
  int blocks;
  options.size = sizeof options;
  options.log = &none;
  CHECK(abide_site_open(&options, &site, NULL) == ABIDE_BAD_ARGUMENT);
  none.save = save;
  CHECK(abide_site_check(&options, NULL) == ABIDE_BAD_ARGUMENT);
  for (blocks = 0; blocks < 2; ++blocks) {
    keeps(at_once, blocks);
    keeps(later, blocks);
    fails(never, blocks);
    fails(wrong_kind, blocks);
    knows_accounts(blocks);
  }
  abide_answer_saved(NULL, 1, text_of(""));
  abide_answer_none(NULL);
  CHECK(abide_question_is_dropped(NULL) == 0);
  if (faults == 0) puts("a log of one's own in C: all holds");
  return faults > 0;
}
