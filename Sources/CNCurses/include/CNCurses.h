#pragma once
// The whole of ncurses that the program uses, without macros, variadics or globals.
//
// ncurses draws into a file in memory, not to the terminal: the caller takes the bytes of a frame
// and writes them itself, so that a terminal that stops reading never blocks inside ncurses. There is
// one session in a process. Nothing here may be called from two threads at a time, except for the
// functions named `cn_guard_`.

#include <stddef.h>
#include <stdint.h>

enum {
  CN_OK = 0,
  CN_UNKNOWN_TERMINAL = 1,
  CN_NO_CURSOR_ADDRESSING = 2,
  CN_FAILED = 3,
};

enum {
  CN_BOLD = 1,
  CN_DIM = 2,
  CN_UNDERLINE = 4,
  CN_REVERSE = 8,
};

/// Whether the terminfo database has an entry `type` that can address the cursor: a CN_ code.
int cn_probe(const char *type);
/// Opens the session for a terminal of that type and size: a CN_ code.
int cn_open(const char *type, int rows, int columns);
/// Closes the session; the bytes that leave the full screen mode are then at `cn_take`.
void cn_close(void);
/// Frees the memory of a closed session.
void cn_free(void);

/// A string capability of the terminal, or NULL.
const char *cn_capability(const char *name);
/// Number of colors of the terminal; zero for none.
int cn_start_colors(void);
/// Number of the color pair of two color numbers, -1 being the terminal's default.
int cn_pair(int foreground, int background);

/// Puts a character of `columns` columns with up to two marks; what libc cannot show becomes `?`.
void cn_put(int row, int column, uint32_t base, uint32_t marks, int columns, int emphasis, int pair);
/// Shows the cursor at a place; a negative row hides it.
void cn_cursor(int row, int column);
/// Forgets what the terminal shows: the next update repaints all of it.
void cn_repaint(void);
/// Empties the picture.
void cn_erase(void);
/// Changes the size of the picture; a CN_ code.
int cn_resize(int rows, int columns);
/// Works out the difference between the picture and the terminal; the bytes are then at `cn_take`.
void cn_update(void);
/// Number of bytes that wait to be taken.
size_t cn_waiting(void);
/// Moves the waiting bytes to `buffer`, which has room for all of them; returns their number.
size_t cn_take(uint8_t *buffer, size_t capacity);

/// Selects the character encoding of a locale, that of the process for an empty name; whether it is
/// installed and UTF-8.
int cn_use_encoding(const char *locale);
/// Columns of a character for libc; -1 if it cannot be shown.
int cn_columns(uint32_t scalar);

/// Arms the restoring of the terminal on a fatal signal and on `exit`.
///
/// `settings` is a `struct termios`; it, `sequence` and `note` are copied. After a fatal signal the sequence is written to the terminal,
/// its settings are put back, standard output and error get their old places, and the note is
/// printed; then the signal is handed to whoever handled it before.
void cn_guard_arm(int terminal, const void *settings, const char *sequence, size_t length,
                  const char *note);
/// Disarms it, the terminal having been restored.
void cn_guard_disarm(void);
/// Restores the terminal now if that is still to be done; what the handler does.
void cn_guard_restore(void);
/// Writes to the terminal like write(2) while it is armed; afterwards -1 with EPIPE, so that no
/// frame comes after the restoring.
ptrdiff_t cn_guard_write(int file, const void *bytes, size_t length);
/// Gives this thread a stack of its own for signals, so that an overflow of its stack is survived
/// long enough to restore the terminal. Cheap when it was done before.
void cn_guard_cover_thread(void);
/// Sends standard output and error to `file` until the terminal is restored; zero on success.
int cn_guard_redirect(int file);
/// Gives standard output and error their old places back.
void cn_guard_undo_redirect(void);
