import Glibc
import Screen

/// A terminal without a screen: the program writes to `path`, the test reads what a terminal would.
final class PseudoTerminal {
  let path: String
  private let master: Int32
  private let slave: Int32

  init(_ size: Size) throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: Int32 = -1
    guard master >= 0, ioctl(master, Self.unlock, &locked) == 0,
      ioctl(master, Self.getNumber, &number) == 0
    else { throw PseudoTerminalError.unavailable(errno) }
    path = "/dev/pts/\(number)"
    slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    resize(size)
  }

  /// Whether this system has terminals to give.
  static let isAvailable: Bool = {
    let file = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    return file >= 0 && close(file) == 0
  }()

  /// TIOCSPTLCK and TIOCGPTN, which the module of libc does not name.
  private static let unlock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430

  deinit {
    close(slave)
    close(master)
  }

  func resize(_ size: Size) {
    var window = winsize(
      ws_row: UInt16(size.height), ws_col: UInt16(size.width), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &window)
  }

  /// The settings as bytes, to be compared.
  var settings: [UInt8] {
    var settings = termios()
    tcgetattr(slave, &settings)
    return withUnsafeBytes(of: &settings) { Array($0) }
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(master, bytes, bytes.count)
  }

  /// What the program has written and nobody has read; waits `patience` milliseconds for the first.
  func read(patience: Int32 = 0) -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    var wait = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    while poll(&wait, 1, all.isEmpty ? patience : 0) > 0, wait.revents & Int16(POLLIN) != 0 {
      let count = Glibc.read(master, &buffer, buffer.count)
      guard count > 0 else { break }
      all += buffer[..<count]
    }
    return all
  }
}

enum PseudoTerminalError: Error {
  case unavailable(Int32)
}
