#pragma once
#include <curl/curl.h>
#include <stdint.h>

// Doors for what Swift cannot call: libcurl's variadic functions, one door for each kind of
// argument, and the epoll calls, which Glibc's module map leaves out.

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value);
CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value);
CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value);

typedef size_t (*ccurl_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_seek_callback)(void *context, curl_off_t offset, int origin);
typedef int (*ccurl_prerequest_callback)(
    void *context, char *peer, char *local, int peer_port, int local_port);

CURLcode ccurl_set_socket_option(CURL *easy, curl_sockopt_callback callback);
CURLcode ccurl_set_write(CURL *easy, ccurl_data_callback callback);
CURLcode ccurl_set_header(CURL *easy, ccurl_data_callback callback);
CURLcode ccurl_set_read(CURL *easy, ccurl_data_callback callback);
CURLcode ccurl_set_seek(CURL *easy, ccurl_seek_callback callback);
CURLcode ccurl_set_prerequest(CURL *easy, ccurl_prerequest_callback callback);

/// Lets OpenSSL read many records from the socket at once, instead of two system calls for each.
///
/// Only for a connection that is read until nothing more comes: libcurl's own transfers do not
/// know of records that OpenSSL already holds.
CURLcode ccurl_read_ahead(CURL *easy);

CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value);
CURLcode ccurl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value);
CURLcode ccurl_get_socket(CURL *easy, CURLINFO info, curl_socket_t *value);

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode ccurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value);
CURLMcode ccurl_multi_set_socket(CURLM *multi, curl_socket_callback callback);
CURLMcode ccurl_multi_set_timer(CURLM *multi, curl_multi_timer_callback callback);

/// The easy handle of a finished transfer and its result; null when there is none left.
CURL *ccurl_multi_take_finished(CURLM *multi, CURLcode *result);

/// A new epoll instance, or -1.
int ccurl_epoll_create(void);

/// Starts to watch a descriptor; the key comes back with its events.
int ccurl_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t key);
int ccurl_epoll_change(int epoll, int descriptor, uint32_t events, uint64_t key);
int ccurl_epoll_remove(int epoll, int descriptor);

/// Takes waiting events without waiting for any; returns how many were written.
int ccurl_epoll_take(int epoll, uint64_t *keys, uint32_t *events, int room);

extern const uint32_t ccurl_epoll_in;
extern const uint32_t ccurl_epoll_out;
extern const uint32_t ccurl_epoll_error;
extern const uint32_t ccurl_epoll_hangup;
extern const uint32_t ccurl_epoll_edge;
