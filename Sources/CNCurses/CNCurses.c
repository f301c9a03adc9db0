#define _GNU_SOURCE
#include "CNCurses.h"

#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

// term.h defines the short names of all capabilities as macros.
#undef columns
#undef lines

/// Text that is worked out once: a capability without parameters, or the sequence of a color.
struct sequence {
  int color;
  int length;
  char text[40];
};

/// What the terminal is asked to draw with; -2 in `foreground` says that it is not known.
struct pen {
  int attributes;
  int foreground;
  int background;
};

enum { COLORS_KEPT = 128, UNKNOWN = -2 };

static TERMINAL *terminal;
static int rows, width;
static int place_row, place_column;
static int cursor_state;
static struct pen pen;
static int moves_are_ansi, has_single_defaults;
static struct sequence foregrounds[COLORS_KEPT], backgrounds[COLORS_KEPT];
static uint8_t *bytes;
static size_t length, capacity;

static void add(const void *text, size_t count) {
  if (count > capacity - length) {
    size_t wanted = capacity * 2 > length + count ? capacity * 2 : length + count;
    uint8_t *larger = realloc(bytes, wanted);
    if (larger == NULL) abort();
    bytes = larger;
    capacity = wanted;
  }
  memcpy(bytes + length, text, count);
  length += count;
}

static int add_byte(int byte) {
  uint8_t one = (uint8_t)byte;
  add(&one, 1);
  return byte;
}

/// Adds a capability, with the padding that old terminals want.
static void add_capability(const char *text) {
  if (text != NULL && text != (const char *)-1) tputs(text, 1, add_byte);
}

static int has(const char *text) { return text != NULL && text != (const char *)-1; }

int cn_probe(const char *type) {
  int error = 0;
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return CN_FAILED;
  int code = CN_OK;
  if (setupterm(type, null, &error) != OK) {
    code = CN_UNKNOWN_TERMINAL;
  } else {
    if (!has(cursor_address) || !has(clear_screen)) code = CN_NO_CURSOR_ADDRESSING;
    del_curterm(cur_term);
  }
  close(null);
  return code;
}

int cn_open(const char *type, int height, int columns) {
  int error = 0;
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return CN_FAILED;
  int code = setupterm(type, null, &error);
  close(null);
  if (code != OK) return CN_UNKNOWN_TERMINAL;
  terminal = cur_term;
  moves_are_ansi = strcmp(cursor_address, "\033[%i%p1%d;%p2%dH") == 0;
  has_single_defaults = tigetflag("AX") == 1;
  for (int i = 0; i < COLORS_KEPT; i++) foregrounds[i].length = backgrounds[i].length = 0;
  length = 0;
  cn_resize(height, columns);
  cn_forget();
  return CN_OK;
}

void cn_enter(void) {
  add_capability(enter_ca_mode);
  cn_forget();
}

void cn_leave(void) {
  add_capability(exit_attribute_mode);
  add_capability(orig_pair);
  add_capability(tiparm(cursor_address, rows - 1, 0));
  add_capability(cursor_normal);
  add_capability(exit_ca_mode);
  add_byte('\r');
  cn_forget();
}

void cn_free(void) {
  if (terminal != NULL) del_curterm(terminal);
  terminal = NULL;
  free(bytes);
  bytes = NULL;
  length = capacity = 0;
}

const char *cn_capability(const char *name) {
  const char *text = tigetstr(name);
  return has(text) ? text : NULL;
}

int cn_colors(void) {
  return has(set_a_foreground) && has(set_a_background) && max_colors > 0 ? max_colors : 0;
}

void cn_forget(void) {
  place_row = place_column = -1;
  cursor_state = -1;
  pen.attributes = 0;
  pen.foreground = pen.background = UNKNOWN;
}

void cn_resize(int height, int columns) {
  rows = height;
  width = columns;
  place_row = place_column = -1;
}

static void forget_pen(void) {
  add_capability(exit_attribute_mode);
  pen.attributes = 0;
  pen.foreground = pen.background = -1;
}

void cn_clear(void) {
  forget_pen();
  add_capability(orig_pair);
  add_capability(clear_screen);
  // Where that leaves the cursor is the same everywhere; asking for it costs little.
  place_row = place_column = -1;
}

static void move_to(int row, int column) {
  if (row == place_row && column == place_column) return;
  char text[32];
  if (moves_are_ansi) {
    int count = 0;
    int gap = column - place_column;
    if (row == place_row && gap > 0 && has(parm_right_cursor)) {
      count = gap == 1 ? snprintf(text, sizeof text, "\033[C")
                       : snprintf(text, sizeof text, "\033[%dC", gap);
    } else if (row == place_row + 1 && place_row >= 0 && column == 0) {
      count = snprintf(text, sizeof text, "\r\n");
    } else {
      count = snprintf(text, sizeof text, "\033[%d;%dH", row + 1, column + 1);
    }
    add(text, (size_t)count);
  } else {
    add_capability(tiparm(cursor_address, row, column));
  }
  place_row = row;
  place_column = column;
}

/// Adds the sequence that selects a color, from the place where it was kept.
static void add_color(struct sequence *kept, const char *capability, int color) {
  struct sequence *entry = &kept[(uint32_t)color * 2654435761u >> 25];
  if (entry->length == 0 || entry->color != color) {
    size_t start = length;
    add_capability(tiparm(capability, color));
    size_t count = length - start;
    if (count > 0 && count <= sizeof entry->text) {
      memcpy(entry->text, bytes + start, count);
      entry->color = color;
      entry->length = (int)count;
    }
    return;
  }
  add(entry->text, (size_t)entry->length);
}

/// Attributes that a terminal cannot show together with colors, as bits of ours.
static int without_color(int attributes) {
  if (no_color_video <= 0) return attributes;
  if (no_color_video & 2) attributes &= ~CN_UNDERLINE;
  if (no_color_video & 4) attributes &= ~CN_REVERSE;
  if (no_color_video & 16) attributes &= ~CN_DIM;
  if (no_color_video & 32) attributes &= ~CN_BOLD;
  return attributes;
}

static void take_pen(int attributes, int foreground, int background) {
  if (foreground >= 0 || background >= 0) attributes = without_color(attributes);
  if (pen.foreground == UNKNOWN || (pen.attributes & ~attributes) != 0) forget_pen();
  int drops_foreground = foreground < 0 && pen.foreground >= 0;
  int drops_background = background < 0 && pen.background >= 0;
  if (has_single_defaults) {
    if (drops_foreground) add("\033[39m", 5);
    if (drops_background) add("\033[49m", 5);
    if (drops_foreground) pen.foreground = -1;
    if (drops_background) pen.background = -1;
  } else if (drops_foreground || drops_background) {
    add_capability(orig_pair);
    pen.foreground = pen.background = -1;
  }
  if (foreground >= 0 && foreground != pen.foreground) {
    add_color(foregrounds, set_a_foreground, foreground);
  }
  if (background >= 0 && background != pen.background) {
    add_color(backgrounds, set_a_background, background);
  }
  int more = attributes & ~pen.attributes;
  if (more & CN_BOLD) add_capability(enter_bold_mode);
  if (more & CN_DIM) add_capability(enter_dim_mode);
  if (more & CN_UNDERLINE) add_capability(enter_underline_mode);
  if (more & CN_REVERSE) add_capability(enter_reverse_mode);
  pen.attributes = attributes;
  pen.foreground = foreground;
  pen.background = background;
}

static void add_scalar(uint32_t value) {
  uint8_t text[4];
  if (value < 0x80) {
    add_byte((int)value);
  } else if (value < 0x800) {
    text[0] = (uint8_t)(0xC0 | value >> 6);
    text[1] = (uint8_t)(0x80 | (value & 0x3F));
    add(text, 2);
  } else if (value < 0x10000) {
    text[0] = (uint8_t)(0xE0 | value >> 12);
    text[1] = (uint8_t)(0x80 | (value >> 6 & 0x3F));
    text[2] = (uint8_t)(0x80 | (value & 0x3F));
    add(text, 3);
  } else {
    text[0] = (uint8_t)(0xF0 | value >> 18);
    text[1] = (uint8_t)(0x80 | (value >> 12 & 0x3F));
    text[2] = (uint8_t)(0x80 | (value >> 6 & 0x3F));
    text[3] = (uint8_t)(0x80 | (value & 0x3F));
    add(text, 4);
  }
}

void cn_put(int row, int column, uint32_t base, uint32_t marks, int columns, int attributes,
            int foreground, int background) {
  // Without the glitch of most terminals, writing into the last corner would scroll the screen.
  int is_corner = row == rows - 1 && column + columns >= width;
  int would_scroll = is_corner && auto_right_margin && !eat_newline_glitch;
  if (would_scroll && (!has(enter_am_mode) || !has(exit_am_mode))) return;
  move_to(row, column);
  take_pen(attributes, foreground, background);
  if (would_scroll) add_capability(exit_am_mode);
  if (base >= 0x7F && wcwidth((wchar_t)base) != columns) {
    add_byte('?');
    if (columns == 2) add_byte('?');
  } else {
    add_scalar(base);
    for (int shift = 0; shift < 32; shift += 16) {
      uint32_t mark = (marks >> shift) & 0xFFFF;
      if (mark != 0 && wcwidth((wchar_t)mark) == 0) add_scalar(mark);
    }
  }
  if (would_scroll) add_capability(enter_am_mode);
  place_column = column + columns;
  // Behind the last column the cursor is in a place of which every terminal thinks differently.
  if (place_column >= width) place_row = place_column = -1;
}

void cn_cursor(int row, int column) {
  if (row >= 0) move_to(row, column);
  int wanted = row >= 0;
  if (cursor_state == wanted) return;
  cursor_state = wanted;
  add_capability(wanted ? cursor_normal : cursor_invisible);
}

size_t cn_waiting(void) { return length; }

const uint8_t *cn_bytes(void) { return bytes; }

void cn_taken(void) { length = 0; }

int cn_use_encoding(const char *locale) {
  if (setlocale(LC_CTYPE, locale) == NULL) return 0;
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
