/* Effects: the site's store carries them out in threads of its own, and wakes the worker through an eventfd. */
#include <pthread.h>
#include <sys/eventfd.h>

#include "abide_nginx.h"

enum { deadline_ms = 30000 }; /* the store says sooner that it timed out */

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static ngx_queue_t done_jobs;
static int wake = -1;

/* In any thread. */
static void done(void* data) {
  abide_job* const job = data;
  const uint64_t one = 1;
  pthread_mutex_lock(&guard);
  ngx_queue_insert_tail(&done_jobs, &job->link);
  job->is_listed = 1;
  pthread_mutex_unlock(&guard);
  if (write(wake, &one, sizeof one) < 0) return; /* its counter is full: the worker is woken anyway */
}

static void resume(ngx_http_request_t* r) {
  abide_context* const context = abide_context_of(r);
  ngx_connection_t* const c = r->connection;
  context->is_waiting = 0;
  if (context->deadline.timer_set) ngx_del_timer(&context->deadline);
  ngx_http_core_run_phases(r);
  ngx_http_run_posted_requests(c);
}

static abide_job* next_job(void) {
  abide_job* job = NULL;
  pthread_mutex_lock(&guard);
  if (!ngx_queue_empty(&done_jobs)) {
    job = ngx_queue_data(ngx_queue_head(&done_jobs), abide_job, link);
    ngx_queue_remove(&job->link);
    job->is_listed = 0;
  }
  pthread_mutex_unlock(&guard);
  return job;
}

static void woken(ngx_event_t* event) {
  const ngx_connection_t* const c = event->data;
  uint64_t count;
  abide_job* job;
  if (read(c->fd, &count, sizeof count) < 0 && ngx_errno != NGX_EAGAIN) return;
  while ((job = next_job())) resume(job->request);
}

ngx_int_t abide_jobs_open(ngx_cycle_t* cycle) {
  ngx_connection_t* c;
  ngx_queue_init(&done_jobs);
  wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake < 0) return NGX_ERROR;
  c = ngx_get_connection(wake, cycle->log);
  if (!c) return NGX_ERROR;
  c->read->handler = woken;
  c->read->log = cycle->log;
  c->read->channel = 1; /* no connection that a worker which quits would have left open */
  return ngx_add_event(c->read, NGX_READ_EVENT, 0);
}

static void unlist(abide_job* job) {
  pthread_mutex_lock(&guard);
  if (job->is_listed) {
    ngx_queue_remove(&job->link); /* several statements */
  }
  job->is_listed = 0;
  pthread_mutex_unlock(&guard);
}

/* The exchange goes on with the strict answer. */
static void too_late(ngx_event_t* event) { resume(event->data); }

ngx_int_t abide_job_start(ngx_http_request_t* r, abide_effect* wanted) {
  abide_context* const context = abide_context_of(r);
  abide_error error = {sizeof error, 0, ""};
  context->job.request = r;
  context->job.effect = wanted;
  context->is_waiting = 1;
  context->deadline.handler = too_late;
  context->deadline.data = r;
  context->deadline.log = r->connection->log;
  ngx_add_timer(&context->deadline, deadline_ms);
  if (abide_carry_out_later(wanted, done, &context->job, &error) == ABIDE_OK) return NGX_AGAIN;
  abide_log(r, &error);
  abide_job_drop(context);
  return NGX_ERROR;
}

void abide_job_drop(abide_context* context) {
  abide_effect_free(context->job.effect); /* after this nobody calls done */
  context->job.effect = NULL;
  context->is_waiting = 0;
  unlist(&context->job);
  if (context->deadline.timer_set) ngx_del_timer(&context->deadline);
}
