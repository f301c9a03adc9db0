#include <sys/types.h>

// Linux; libc shows it to those alone who ask for all that is GNU's. See sync_file_range(2).
extern int sync_file_range(int file, off_t offset, off_t count, unsigned int flags);

// SYNC_FILE_RANGE_WRITE: the disk begins to write what it was given, and nobody waits.
static const unsigned int cdisk_begin_writing = 2;
