#ifndef LLMGUARD_CPOSIX_H
#define LLMGUARD_CPOSIX_H

// What the toolchain's Glibc module lacks: GNU extensions, variadic calls, and function-like macros.
// Every function returns what the call it wraps returns, and leaves errno as that call does.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include "CPosixNetwork.h"
#include "CPosixWatch.h"

// One signal as signalfd reports it.
typedef struct {
  int32_t number;       // the signal
  int32_t from_kernel;  // 1 when the kernel sent it, such as the terminal's ^C
  int32_t sender;       // the process that sent it; 0 when the kernel did, or one of another namespace
} llmguard_signal;

// How malloc serves many threads: so many arenas, so much kept of what was freed, pieces from this size on by themselves.
void llmguard_share_heap(int arenas, int kept_bytes, int mapped_bytes);

// A lock, and what those sleep on who wait behind it until something is told. NULL: no memory.
typedef struct llmguard_gate llmguard_gate;
llmguard_gate *llmguard_gate_make(size_t bytes, size_t alignment);  // with room for a value
void *llmguard_gate_value(llmguard_gate *gate, size_t alignment);
void llmguard_gate_free(llmguard_gate *gate);
void llmguard_gate_lock(llmguard_gate *gate);
void llmguard_gate_unlock(llmguard_gate *gate, int tells);           // wakes those who sleep, when it tells
void llmguard_gate_wait(llmguard_gate *gate, int64_t nanoseconds);  // unlocks, sleeps (-1: for any time), locks

// Where threads sleep, each until a word of its own is no longer 0; all of them on one number. NULL: no memory.
typedef struct llmguard_room llmguard_room;
llmguard_room *llmguard_room_make(void);
void llmguard_room_free(llmguard_room *room);
uint32_t llmguard_room_bits(llmguard_room *room);  // one of 32 bits, each in its turn
uint32_t llmguard_room_wait(llmguard_room *room, uint32_t *word, uint32_t bits);  // returns the word, which is 0 then
void llmguard_room_call(llmguard_room *room, uint32_t bits);  // wakes those who sleep with one of the bits, by one call

// Gives back what malloc keeps of what was freed.
void llmguard_give_back_heap(void);

// Gives back the memory that holds code which is executed seldom; it is read from the program's file again, from then on in small
// pieces where in_pieces is not 0.
void llmguard_give_back_code(int in_pieces);

// Gives back the memory of the calling thread's stack below what it uses now.
void llmguard_give_back_stack(void);

// Whether bytes hold others: memmem(3).
int llmguard_holds(const void *bytes, size_t count, const void *mark, size_t mark_count);

int llmguard_pipe2(int fds[2], int nonblocking_read_end);
int llmguard_signalfd(const int *numbers, int count);  // blocks them first; close-on-exec, non-blocking
int llmguard_read_signal(int fd, llmguard_signal *signal);  // 1 read, 0 none waiting, -1 error
ssize_t llmguard_tee(int from, int to, size_t count);       // never blocks
int llmguard_set_pipe_size(int fd, int bytes);
int llmguard_pipe_size(int fd);
int llmguard_bytes_waiting(int fd);

// The modes of a pseudo-terminal as they were last passed on.
typedef struct {
  struct termios seen;
} llmguard_modes;

// A pseudo-terminal pair for output: both ends close-on-exec, the slave in the modes of the terminal `like`.
int llmguard_open_pty(int like, int *master, int *slave, llmguard_modes *modes);
// Passes changes of the pseudo-terminal's modes on to the terminal `outside`, in the foreground at once, else later.
// Returns 1 when the pseudo-terminal writes a carriage return before each line feed.
int llmguard_follow_modes(int inside, int outside, llmguard_modes *modes);
int llmguard_window_size(int fd, int *columns, int *rows);
int llmguard_copy_window_size(int from, int to);

// Open-file-description locks on one byte.
int llmguard_ofd_lock(int fd, int64_t offset);    // 0 locked, -1 errno EAGAIN when somebody holds it
int llmguard_ofd_unlock(int fd, int64_t offset);
int llmguard_ofd_is_held(int fd, int64_t offset); // 1 held by another description, 0 free, -1 error

// Words of 32 bits shared between processes through the beginning of a file, and waiting for one to change.
uint32_t *llmguard_map_words(int fd, int count);  // NULL where memory cannot be shared
void llmguard_unmap_words(uint32_t *words, int count);
uint32_t llmguard_word_read(const uint32_t *word);
void llmguard_word_write(uint32_t *word, uint32_t value);
uint32_t llmguard_word_add(uint32_t *word, uint32_t value);  // returns what it was
// Waits until the word is no longer `seen` and somebody wakes one of `bits`, or until the time is over.
void llmguard_word_wait(uint32_t *word, uint32_t seen, uint32_t bits, int64_t microseconds);
void llmguard_word_wake(uint32_t *word, int count, uint32_t bits);

// Lets a bus error (a store into shared memory for which a disk has no room) end the process with a message and a status. A
// program that is started has the signal as it is by default.
void llmguard_on_bus_error(const char *message, int status);

// Has the kernel write no image of this process's memory, however it ends. Programs it starts are not bound by it. Returns 0, or
// -1 with errno.
int llmguard_leave_no_core(void);

// The same by the limit that `ulimit -c` sets, which the programs that llmguard_spawn and llmguard_spawn_inside start get as it was.
void llmguard_leave_core_to_programs(void);
void llmguard_pass_core_limit(void);  // in a process that is about to become such a program

// Has this process sent a signal when the thread ends that started it. Programs it starts do not have that. Returns 0, or -1
// with errno.
int llmguard_end_with_parent(int number);

// Lets a file that may not grow any further (`ulimit -f`) be an error of whoever writes to it, EFBIG, and not the end of the
// process.
void llmguard_on_size_error(void);

// Leaves the signals that the C library keeps to itself as this process found them. For what is about to become a command.
void llmguard_pass_own_signals(void);

// The name of a user id by a file in the form of passwd(5), as a string; 0 when it is there and fits.
int llmguard_user_name(const char *path, uid_t id, char *name, size_t size);

// The command line as the kernel gave it, the program's name first; NULL beyond its end.
int llmguard_argument_count(void);
const char *llmguard_argument(int index);

int llmguard_exited(int status, int *code);       // 1 when the status says exited
int llmguard_signaled(int status, int *number);   // 1 when killed by a signal
int llmguard_stopped(int status, int *number);    // 1 when stopped

// Starts a program found on PATH with a clean signal mask, in the caller's process group. The signals listed in
// `defaults` get their default action. fd actions: pairs (from, to) dup2'ed in order. Returns 0 or an errno.
int llmguard_spawn(pid_t *pid, const char *file, char *const argv[], char *const envp[], const int *dup_pairs,
                   int pair_count, const int *defaults, int default_count);

/// Gives a file another name that nothing has yet: -1 with EEXIST where something has it.
int llmguard_rename_new(const char *from, const char *to);

/// A process that has a lock of its own (`fcntl`) on a byte of a file; 0 where one has it that is not told, -1 where nobody does.
/// The file may not be open in this process, which would lose its own locks.
int llmguard_lock_owner(const char *path, int64_t offset);

/// A file in a folder that has no name yet, open for writing; -1 where the file system knows none.
int llmguard_unnamed_file(const char *folder);

/// Gives such a file a name that nothing has yet: -1 with EEXIST where something has it.
int llmguard_name_file(int fd, const char *path);

/// A file in memory alone that a program started by this one inherits.
int llmguard_memory_file(const char *name);

// Start a program found on PATH in a session of its own, with standard input from `input`, its outputs nowhere, and every
// signal as it is by default. The first lets go of it; the second makes it a child. Return 0 or an errno.
int llmguard_spawn_detached(char *const argv[], char *const envp[], int input);
int llmguard_spawn_session(pid_t *pid, char *const argv[], char *const envp[], int input);

int llmguard_accept(int fd);  // close-on-exec

// Calls of functions `int set(void *object, int option, ...)`, found at run time.
int llmguard_option_long(void *function, void *object, int option, long value);
int llmguard_option_offset(void *function, void *object, int option, int64_t value);
int llmguard_option_pointer(void *function, void *object, int option, const void *value);

char **llmguard_environment(void);
// Puts those of this process's variables into `kept` whose names are not among some; the list has room for all. Returns how many.
int llmguard_environment_without(char *const *names, int count, char **kept);
int llmguard_open(const char *path, int flags, int mode);
// Whether what stands there may never come, or never end: a FIFO or a device, but for /dev/null and a pipe without a name.
int llmguard_may_never_come(const char *path);
int llmguard_random(void *buffer, size_t count);

#endif
