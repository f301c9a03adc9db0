import Glibc

/// What is known of processes that are stopped and continued.
public enum JobControl {
  /// Whether a process stands still until somebody continues it, as after Ctrl-Z; false where there
  /// is none, or nothing is told of it.
  public static func isStopped(_ process: pid_t) -> Bool { fields(of: process).first == "T" }

  /// Gives up the terminal that this process was started from.
  ///
  /// For a run without a screen: what a process of the same shell lends it later is then a file
  /// like any other, and its keys are not kept from it as from a job in the background. Keys that
  /// send signals reach its group all the same. Nothing happens where there is no terminal, nor to
  /// the leader of a session, which would take the terminal from all that run in it.
  public static func leaveTerminal() {
    guard getsid(0) != getpid() else { return }
    let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { return }
    _ = ioctl(terminal, UInt(TIOCNOTTY))
    close(terminal)
  }

  /// Whether the parent of this process group is in the same session and another group: the shell.
  ///
  /// Without one a stopped process would stay stopped for ever (POSIX: orphaned process group).
  static var hasShell: Bool {
    let group = getpgrp()
    let parent = group == getpid() ? getppid() : Self.parent(of: group)
    guard let parent, parent > 0 else { return false }
    return getsid(parent) == getsid(0) && getpgid(parent) != group
  }

  /// The parent of a process.
  private static func parent(of process: pid_t) -> pid_t? {
    let fields = fields(of: process)
    return fields.count > 1 ? pid_t(fields[1]) : nil
  }

  /// The fields of the `stat` of a process behind its name: its state, its parent and more; none
  /// where it cannot be read.
  private static func fields(of process: pid_t) -> [Substring] {
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(file, &buffer, buffer.count)
    guard count > 0 else { return [] }
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    guard let name = text.lastIndex(of: ")") else { return [] }
    return text[text.index(after: name)...].split(separator: " ")
  }
}
