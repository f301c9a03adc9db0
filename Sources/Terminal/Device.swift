import CNCurses
import Glibc
import Screen

/// The terminal as a file: opened anew, so that not blocking on it changes nothing for the shell.
struct Device {
  /// The open file, for reading and writing, never blocking.
  let file: Int32
  /// The settings it had before.
  let settings: termios

  /// Opens the terminal at a path, or the one standard output goes to.
  init(path: String?) throws(TerminalError) {
    let name = path ?? "standard output"
    if path == nil, isatty(STDOUT_FILENO) == 0 || isatty(STDIN_FILENO) == 0 {
      throw .notATerminal(isatty(STDOUT_FILENO) == 0 ? "standard output" : "standard input")
    }
    let flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
    var opened = open(path ?? "/proc/self/fd/1", flags)
    // The file may belong to another user after `su`; the controlling terminal is still ours.
    if opened < 0, path == nil { opened = open("/dev/tty", flags) }
    guard opened >= 0 else { throw .unusable(name, errno: errno) }
    var settings = termios()
    guard tcgetattr(opened, &settings) == 0 else {
      let reason = errno
      close(opened)
      throw reason == ENOTTY ? .notATerminal(name) : .unusable(name, errno: reason)
    }
    file = opened
    self.settings = settings
  }

  /// Columns and rows; 80x24 where the terminal does not know them.
  var size: Size {
    var size = winsize()
    guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return Size(width: 80, height: 24)
    }
    return Size(width: Int(size.ws_col), height: Int(size.ws_row))
  }

  /// Whether this process may use the terminal now; not while it runs in the background.
  var isForeground: Bool { Self.isForeground(file) }

  /// As ``isForeground``, of the terminal behind a file; true where there is none any more.
  static func isForeground(_ file: Int32) -> Bool {
    let group = tcgetpgrp(file)
    return group < 0 || group == getpgrp()
  }

  /// Every byte as it is typed, none echoed, none taken for a signal, none changed on output.
  func makeRaw() {
    var raw = settings
    raw.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | IGNCR | BRKINT | INPCK | ISTRIP)
    raw.c_oflag &= ~tcflag_t(OPOST)
    raw.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG | IEXTEN)
    raw.c_cflag = raw.c_cflag & ~tcflag_t(CSIZE | PARENB) | tcflag_t(CS8)
    withUnsafeMutableBytes(of: &raw.c_cc) { characters in
      characters[Int(VMIN)] = 1
      characters[Int(VTIME)] = 0
    }
    tcsetattr(file, TCSANOW, &raw)
  }

  /// Lines that are echoed and can be edited, keys that send signals: what a shell expects.
  func makeSane() {
    var sane = settings
    sane.c_iflag |= tcflag_t(ICRNL | IXON)
    sane.c_oflag |= tcflag_t(OPOST | ONLCR)
    sane.c_lflag |= tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
    tcsetattr(file, TCSANOW, &sane)
  }

  /// The settings from before; pending output that the terminal does not take is not waited for.
  func restore() {
    var settings = settings
    tcsetattr(file, TCSANOW, &settings)
  }

  /// Throws away what the terminal has not taken yet.
  func discardOutput() {
    tcflush(file, TCOFLUSH)
  }

  /// Writes what the terminal takes now; the number of bytes, or nil if it is gone.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
    var done = 0
    while done < bytes.count {
      let count = cn_guard_write(file, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      if count > 0 {
        done += count
      } else if count < 0, errno == EINTR {
        continue
      } else {
        return count < 0 && errno != EAGAIN ? nil : done
      }
    }
    return done
  }

  /// Reads what was typed; empty if nothing was, nil if the terminal is gone.
  static func read(_ file: Int32) -> [UInt8]? {
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
      repeat {
        result = Glibc.read(file, buffer.baseAddress, buffer.count)
      } while result < 0 && errno == EINTR
      count = max(0, result)
    }
    if result == 0 { return nil }
    if result < 0 { return errno == EAGAIN ? [] : nil }
    return bytes
  }
}
