#include "CCurl.h"

#include <openssl/ssl.h>
#include <sys/epoll.h>

// The parentheses keep curl's type-checking macros out: the door's own signature checks the type.

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
  return (curl_easy_setopt)(easy, option, value);
}

CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(easy, option, value);
}

CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value) {
  return (curl_easy_setopt)(easy, option, value);
}

CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return (curl_easy_setopt)(easy, option, value);
}

CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return (curl_easy_setopt)(easy, option, value);
}

CURLcode ccurl_set_socket_option(CURL *easy, curl_sockopt_callback callback) {
  return (curl_easy_setopt)(easy, CURLOPT_SOCKOPTFUNCTION, callback);
}

CURLcode ccurl_set_write(CURL *easy, ccurl_data_callback callback) {
  return (curl_easy_setopt)(easy, CURLOPT_WRITEFUNCTION, callback);
}

CURLcode ccurl_set_header(CURL *easy, ccurl_data_callback callback) {
  return (curl_easy_setopt)(easy, CURLOPT_HEADERFUNCTION, callback);
}

CURLcode ccurl_set_read(CURL *easy, ccurl_data_callback callback) {
  return (curl_easy_setopt)(easy, CURLOPT_READFUNCTION, callback);
}

CURLcode ccurl_set_seek(CURL *easy, ccurl_seek_callback callback) {
  return (curl_easy_setopt)(easy, CURLOPT_SEEKFUNCTION, callback);
}

CURLcode ccurl_set_prerequest(CURL *easy, ccurl_prerequest_callback callback) {
  return (curl_easy_setopt)(easy, CURLOPT_PREREQFUNCTION, callback);
}

static CURLcode prepare_reading_ahead(CURL *easy, void *context, void *unused) {
  (void)easy;
  (void)unused;
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, 64 << 10);
  return CURLE_OK;
}

CURLcode ccurl_read_ahead(CURL *easy) {
  return (curl_easy_setopt)(easy, CURLOPT_SSL_CTX_FUNCTION, prepare_reading_ahead);
}

CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
  return (curl_easy_getinfo)(easy, info, value);
}

CURLcode ccurl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
  return (curl_easy_getinfo)(easy, info, value);
}

CURLcode ccurl_get_socket(CURL *easy, CURLINFO info, curl_socket_t *value) {
  return (curl_easy_getinfo)(easy, info, value);
}

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return (curl_multi_setopt)(multi, option, value);
}

CURLMcode ccurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
  return (curl_multi_setopt)(multi, option, value);
}

CURLMcode ccurl_multi_set_socket(CURLM *multi, curl_socket_callback callback) {
  return (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, callback);
}

CURLMcode ccurl_multi_set_timer(CURLM *multi, curl_multi_timer_callback callback) {
  return (curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, callback);
}

CURL *ccurl_multi_take_finished(CURLM *multi, CURLcode *result) {
  int left;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left)) != NULL) {
    if (message->msg == CURLMSG_DONE) {
      *result = message->data.result;
      return message->easy_handle;
    }
  }
  return NULL;
}

int ccurl_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int descriptor, uint32_t events, uint64_t key) {
  struct epoll_event event = {.events = events, .data = {.u64 = key}};
  return epoll_ctl(epoll, operation, descriptor, &event);
}

int ccurl_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t key) {
  return control(epoll, EPOLL_CTL_ADD, descriptor, events, key);
}

int ccurl_epoll_change(int epoll, int descriptor, uint32_t events, uint64_t key) {
  return control(epoll, EPOLL_CTL_MOD, descriptor, events, key);
}

int ccurl_epoll_remove(int epoll, int descriptor) {
  return control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0);
}

int ccurl_epoll_take(int epoll, uint64_t *keys, uint32_t *events, int room) {
  enum { most = 64 };
  struct epoll_event taken[most];
  int count = epoll_wait(epoll, taken, room < most ? room : most, 0);
  for (int index = 0; index < count; index++) {
    keys[index] = taken[index].data.u64;
    events[index] = taken[index].events;
  }
  return count;
}

const uint32_t ccurl_epoll_in = EPOLLIN;
const uint32_t ccurl_epoll_out = EPOLLOUT;
const uint32_t ccurl_epoll_error = EPOLLERR;
const uint32_t ccurl_epoll_hangup = EPOLLHUP | EPOLLRDHUP;
const uint32_t ccurl_epoll_edge = EPOLLET;
