import Glibc

/// Whether a shell waits that can continue a stopped process.
enum JobControl {
  /// Whether the parent of this process group is in the same session and another group: the shell.
  ///
  /// Without one a stopped process would stay stopped for ever (POSIX: orphaned process group).
  static var hasShell: Bool {
    let group = getpgrp()
    let parent = group == getpid() ? getppid() : Self.parent(of: group)
    guard let parent, parent > 0 else { return false }
    return getsid(parent) == getsid(0) && getpgid(parent) != group
  }

  /// The parent of a process: the fourth field of its `stat`, counted behind its name.
  private static func parent(of process: pid_t) -> pid_t? {
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(file, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    guard let name = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: name)...].split(separator: " ")
    return fields.count > 1 ? pid_t(fields[1]) : nil
  }
}
