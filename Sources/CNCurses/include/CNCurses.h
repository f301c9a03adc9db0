#pragma once
// The terminal as ncurses' terminfo knows it, without macros, variadics or globals: which sequences
// it understands, and the bytes of a frame.
//
// Only cells that the caller names are written, with as little moving and coloring between them as
// the terminal allows. All bytes wait in memory: the caller writes them itself, a frame at once, so
// that a terminal that stops reading never blocks anybody in here. There is one session in a
// process. Nothing here may be called from two threads at a time, except for the functions named
// `cn_guard_`.

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
/// Adds the bytes that enter the full screen.
void cn_enter(void);
/// Adds the bytes that leave it, with the pen and the cursor as they were.
void cn_leave(void);
/// Frees the memory of the session.
void cn_free(void);

/// A string capability of the terminal, or NULL.
const char *cn_capability(const char *name);
/// Number of colors of the terminal; zero for none.
int cn_colors(void);

/// Forgets where the cursor is and what the terminal draws with: something else has written to it.
void cn_forget(void);
/// Takes another size.
void cn_resize(int rows, int columns);
/// Adds the bytes that empty the screen.
void cn_clear(void);
/// Adds a character of `columns` columns with up to two marks; what libc cannot show becomes `?`.
/// Colors are numbers of the terminal, -1 being its default.
void cn_put(int row, int column, uint32_t base, uint32_t marks, int columns, int attributes,
            int foreground, int background);
/// Shows the cursor at a place; a negative row hides it.
void cn_cursor(int row, int column);
/// Number of bytes that wait to be written.
size_t cn_waiting(void);
/// The bytes that wait; valid until more are added.
const uint8_t *cn_bytes(void);
/// Says that the caller has them.
void cn_taken(void);

/// Selects the character encoding of a locale, that of the process for an empty name; whether it is
/// installed and UTF-8.
int cn_use_encoding(const char *locale);

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
