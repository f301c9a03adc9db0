// Gives the terminal back when the process dies. Everything that a signal handler reaches here is
// async-signal-safe: write, poll, tcsetattr, dup2, sigaction, raise.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "CNCurses.h"

enum { SEQUENCE_ROOM = 1024, NOTE_ROOM = 1024, ALTERNATE_STACK = 64 * 1024 };

static atomic_int armed;
// The thread that is writing a frame, or zero.
static atomic_int writer;
static int terminal_file;
static struct termios terminal_settings;
static char sequence[SEQUENCE_ROOM];
static size_t sequence_length;
static char note[NOTE_ROOM];
static int saved_output = -1;
static int saved_error = -1;

// Faults of our own, and from FIRST_POLITE on signals that are ours if nobody else handles them.
static const int fatal[] = {SIGILL,  SIGTRAP, SIGSEGV, SIGBUS,  SIGFPE,  SIGABRT,
                            SIGSYS,  SIGTERM, SIGHUP,  SIGINT,  SIGQUIT, SIGXCPU};
#define FATAL (sizeof fatal / sizeof fatal[0])
enum { FIRST_POLITE = 7 };
static struct sigaction previous[FATAL];
static int is_installed[FATAL];

// Writes all of it, waiting at most half a second in all for a terminal that does not read.
static void write_all(int file, const char *bytes, size_t length) {
  int patience = 5;
  while (length > 0) {
    ssize_t count = write(file, bytes, length);
    if (count > 0) {
      bytes += count;
      length -= (size_t)count;
    } else if (count < 0 && errno == EAGAIN && patience-- > 0) {
      struct pollfd wait = {.fd = file, .events = POLLOUT};
      poll(&wait, 1, 100);
    } else if (count >= 0 || errno != EINTR) {
      return;
    }
  }
}

void cn_guard_undo_redirect(void) {
  if (saved_output >= 0) dup2(saved_output, STDOUT_FILENO);
  if (saved_error >= 0) dup2(saved_error, STDERR_FILENO);
}

ptrdiff_t cn_guard_write(int file, const void *bytes, size_t length) {
  atomic_store(&writer, gettid());
  ptrdiff_t count = -1;
  errno = EPIPE;
  if (atomic_load(&armed)) count = write(file, bytes, length);
  int error = errno;
  atomic_store(&writer, 0);
  errno = error;
  return count;
}

void cn_guard_restore(void) {
  int expected = 1;
  if (!atomic_compare_exchange_strong(&armed, &expected, 0)) return;
  // Whoever begins to write from here on finds the guard disarmed; who is writing is waited for.
  for (int i = 0; i < 100; i++) {
    int thread = atomic_load(&writer);
    if (thread == 0 || thread == gettid()) break;
    poll(NULL, 0, 1);
  }
  write_all(terminal_file, sequence, sequence_length);
  tcsetattr(terminal_file, TCSANOW, &terminal_settings);
  cn_guard_undo_redirect();
}

static void on_fatal_signal(int number, siginfo_t *info, void *context) {
  (void)context;
  int error = errno;
  int was_armed = atomic_load(&armed);
  cn_guard_restore();
  size_t index = 0;
  while (index < FATAL && fatal[index] != number) index++;
  if (was_armed && index < FIRST_POLITE) write_all(STDERR_FILENO, note, strlen(note));
  if (index < FATAL) sigaction(number, &previous[index], NULL);
  errno = error;
  // A fault happens again when the instruction is run again; a signal that was sent does not.
  int is_fault = info != NULL && info->si_code > 0 && number != SIGTRAP && index < FIRST_POLITE;
  if (!is_fault) raise(number);
}

static void install(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fatal_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < FATAL; i++) {
    struct sigaction now;
    sigaction(fatal[i], NULL, &now);
    int is_ours = (now.sa_flags & SA_SIGINFO) && now.sa_sigaction == on_fatal_signal;
    int is_default = !(now.sa_flags & SA_SIGINFO) && now.sa_handler == SIG_DFL;
    // Swift's own crash reporter takes SIGQUIT; it gets it after us.
    if (is_ours || (i >= FIRST_POLITE && !is_default && fatal[i] != SIGQUIT)) continue;
    previous[i] = now;
    is_installed[i] = 1;
    sigaction(fatal[i], &action, NULL);
  }
}

static void uninstall(void) {
  for (size_t i = 0; i < FATAL; i++) {
    if (!is_installed[i]) continue;
    struct sigaction now;
    sigaction(fatal[i], NULL, &now);
    int is_ours = (now.sa_flags & SA_SIGINFO) && now.sa_sigaction == on_fatal_signal;
    if (is_ours) sigaction(fatal[i], &previous[i], NULL);
    is_installed[i] = 0;
  }
}

void cn_guard_arm(int terminal, const void *settings, const char *bytes, size_t length,
                  const char *text) {
  static atomic_int registered;
  if (length > SEQUENCE_ROOM) length = SEQUENCE_ROOM;
  terminal_file = terminal;
  memcpy(&terminal_settings, settings, sizeof terminal_settings);
  memcpy(sequence, bytes, length);
  sequence_length = length;
  strncpy(note, text, NOTE_ROOM - 1);
  cn_guard_cover_thread();
  atomic_store(&armed, 1);
  install();
  if (atomic_exchange(&registered, 1) == 0) atexit(cn_guard_restore);
}

void cn_guard_disarm(void) {
  atomic_store(&armed, 0);
  uninstall();
}

static pthread_key_t stack_key;
static pthread_once_t stack_key_once = PTHREAD_ONCE_INIT;

static void free_stack(void *memory) {
  stack_t off = {.ss_flags = SS_DISABLE};
  sigaltstack(&off, NULL);
  munmap(memory, ALTERNATE_STACK);
}

static void make_stack_key(void) { pthread_key_create(&stack_key, free_stack); }

void cn_guard_cover_thread(void) {
  static _Thread_local int is_covered;
  if (is_covered) return;
  is_covered = 1;
  stack_t now;
  if (sigaltstack(NULL, &now) == 0 && !(now.ss_flags & SS_DISABLE)) return;
  void *memory = mmap(NULL, ALTERNATE_STACK, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return;
  pthread_once(&stack_key_once, make_stack_key);
  pthread_setspecific(stack_key, memory);
  stack_t stack = {.ss_sp = memory, .ss_size = ALTERNATE_STACK, .ss_flags = 0};
  sigaltstack(&stack, NULL);
}

int cn_guard_redirect(int file) {
  if (saved_output < 0) saved_output = dup(STDOUT_FILENO);
  if (saved_error < 0) saved_error = dup(STDERR_FILENO);
  if (saved_output < 0 || saved_error < 0) return -1;
  if (dup2(file, STDOUT_FILENO) < 0) return -1;
  return dup2(file, STDERR_FILENO) < 0 ? -1 : 0;
}
