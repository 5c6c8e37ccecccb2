/* Effects: the site's store carries them out in its own threads, and wakes the worker through an eventfd. */
#include <pthread.h>
#include <sys/eventfd.h>

#include "abide_nginx.h"

enum { deadline_ms = 30000 }; /* the store reports its own timeout earlier */

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static ngx_queue_t done_jobs;
static int wake = -1;

/* Called from any thread. */
static void done(void* data) {
  abide_job* const job = data;
  const uint64_t one = 1;
  pthread_mutex_lock(&guard);
  ngx_queue_insert_tail(&done_jobs, &job->link);
  job->is_listed = 1;
  pthread_mutex_unlock(&guard);
  if (write(wake, &one, sizeof one) < 0) return; /* the counter is full: the worker is woken anyway */
}

static void stop_waiting(abide_job* job) {
  if (job->deadline.timer_set) ngx_del_timer(&job->deadline);
}

int abide_job_is_waiting(const abide_job* job) { return job->deadline.timer_set; }

static void resume(abide_job* job) {
  ngx_http_request_t* const r = job->request;
  ngx_connection_t* const c = r->connection;
  stop_waiting(job);
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
  while ((job = next_job())) resume(job);
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
  c->read->channel = 1; /* not reported as an open connection when a worker quits */
  return ngx_add_event(c->read, NGX_READ_EVENT, 0);
}

static void unlist(abide_job* job) {
  pthread_mutex_lock(&guard);
  if (job->is_listed) {
    ngx_queue_remove(&job->link); /* in braces: the macro has several statements */
  }
  job->is_listed = 0;
  pthread_mutex_unlock(&guard);
}

/* The exchange continues with the strict answer. */
static void too_late(ngx_event_t* event) { resume(event->data); }

ngx_int_t abide_job_start(ngx_http_request_t* r, abide_job* job, abide_effect* wanted) {
  abide_error error = {sizeof error, 0, ""};
  job->request = r;
  job->effect = wanted;
  job->deadline.handler = too_late;
  job->deadline.data = job;
  job->deadline.log = r->connection->log;
  ngx_add_timer(&job->deadline, deadline_ms);
  if (abide_carry_out_later(wanted, done, job, &error) == ABIDE_OK) return NGX_AGAIN;
  abide_log(r, &error);
  abide_job_drop(job);
  return NGX_ERROR;
}

void abide_job_drop(abide_job* job) {
  abide_effect_free(job->effect); /* done is not called after this */
  job->effect = NULL;
  unlist(job);
  stop_waiting(job);
}
