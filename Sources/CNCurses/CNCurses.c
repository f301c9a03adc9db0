#define _GNU_SOURCE
#include "CNCurses.h"

#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

// term.h defines the short names of all capabilities as macros.
#undef columns
#undef lines

static SCREEN *screen;
static FILE *sink;
static FILE *source;

int cn_probe(const char *type) {
  int error = 0;
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return CN_FAILED;
  int code = CN_OK;
  if (setupterm(type, null, &error) != OK) {
    code = CN_UNKNOWN_TERMINAL;
  } else {
    const char *address = tigetstr("cup");
    if (address == NULL || address == (const char *)-1) code = CN_NO_CURSOR_ADDRESSING;
    del_curterm(cur_term);
  }
  close(null);
  return code;
}

// newterm() takes over the handlers of these signals where they are the default; ours stay.
static const int taken[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
#define TAKEN (sizeof taken / sizeof taken[0])

int cn_open(const char *type, int rows, int columns) {
  struct sigaction before[TAKEN];
  int memory = memfd_create("frame", MFD_CLOEXEC);
  if (memory < 0) return CN_FAILED;
  sink = fdopen(memory, "w");
  source = fopen("/dev/null", "re");
  if (sink == NULL || source == NULL) return CN_FAILED;
  for (size_t i = 0; i < TAKEN; i++) sigaction(taken[i], NULL, &before[i]);
  screen = newterm(type, sink, source);
  for (size_t i = 0; i < TAKEN; i++) sigaction(taken[i], &before[i], NULL);
  if (screen == NULL) {
    fclose(sink);
    fclose(source);
    sink = source = NULL;
    return CN_UNKNOWN_TERMINAL;
  }
  set_term(screen);
  nonl();
  scrollok(stdscr, FALSE);
  // Shifting the rest of a row instead of writing it tears wide characters in some terminals.
  idcok(stdscr, FALSE);
  // No input is to be looked for before a frame is complete.
  typeahead(-1);
  return cn_resize(rows, columns);
}

void cn_close(void) {
  if (screen == NULL) return;
  endwin();
  fflush(sink);
}

void cn_free(void) {
  if (screen == NULL) return;
  delscreen(screen);
  fclose(sink);
  fclose(source);
  screen = NULL;
  sink = source = NULL;
}

const char *cn_capability(const char *name) {
  const char *text = tigetstr(name);
  return text == (const char *)-1 ? NULL : text;
}

int cn_start_colors(void) {
  if (!has_colors() || start_color() != OK) return 0;
  use_default_colors();
  return COLORS;
}

int cn_pair(int foreground, int background) {
  if (foreground < 0 && background < 0) return 0;
  int pair = alloc_pair(foreground, background);
  return pair < 0 ? 0 : pair;
}

int cn_columns(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

void cn_put(int row, int column, uint32_t base, uint32_t marks, int columns, int emphasis,
            int pair) {
  wchar_t text[4] = {(wchar_t)base, 0, 0, 0};
  int length = 1;
  if (base >= 0x7F && wcwidth((wchar_t)base) != columns) {
    text[0] = L'?';
    marks = 0;
  }
  for (int shift = 0; shift < 32; shift += 16) {
    wchar_t mark = (wchar_t)((marks >> shift) & 0xFFFF);
    if (mark != 0 && wcwidth(mark) == 0) text[length++] = mark;
  }
  attr_t attributes = A_NORMAL;
  if (emphasis & CN_BOLD) attributes |= A_BOLD;
  if (emphasis & CN_DIM) attributes |= A_DIM;
  if (emphasis & CN_UNDERLINE) attributes |= A_UNDERLINE;
  if (emphasis & CN_REVERSE) attributes |= A_REVERSE;
  cchar_t cell;
  setcchar(&cell, text, attributes, 0, &pair);
  mvadd_wch(row, column, &cell);
  if (columns == 2 && text[0] == L'?') mvadd_wch(row, column + 1, &cell);
}

void cn_cursor(int row, int column) {
  if (row < 0) {
    leaveok(stdscr, TRUE);
    curs_set(0);
  } else {
    leaveok(stdscr, FALSE);
    move(row, column);
    curs_set(1);
  }
}

void cn_repaint(void) { clearok(curscr, TRUE); }

void cn_erase(void) { erase(); }

int cn_resize(int rows, int columns) {
  return resize_term(rows, columns) == OK ? CN_OK : CN_FAILED;
}

void cn_update(void) {
  wnoutrefresh(stdscr);
  doupdate();
  fflush(sink);
}

size_t cn_waiting(void) {
  if (sink == NULL) return 0;
  // The file keeps its length and its pages from frame to frame; only the position goes back.
  off_t end = lseek(fileno(sink), 0, SEEK_CUR);
  return end < 0 ? 0 : (size_t)end;
}

size_t cn_take(uint8_t *buffer, size_t capacity) {
  size_t taken_bytes = 0;
  int memory = fileno(sink);
  while (taken_bytes < capacity) {
    ssize_t count =
        pread(memory, buffer + taken_bytes, capacity - taken_bytes, (off_t)taken_bytes);
    if (count <= 0) break;
    taken_bytes += (size_t)count;
  }
  lseek(memory, 0, SEEK_SET);
  return taken_bytes;
}

int cn_use_encoding(const char *locale) {
  if (setlocale(LC_CTYPE, locale) == NULL) return 0;
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
