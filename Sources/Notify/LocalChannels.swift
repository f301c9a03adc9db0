import Foundation
import JSONText
import Trading

/// Something that a terminal does beside showing frames.
nonisolated public enum TerminalSignal: Sendable, Hashable {
  /// It rings.
  case bell
  /// It shows a notification; texts are plain.
  case notification(title: String, body: String)
}

/// The bell of the terminal and a sound file.
public final class BellChannel: AlertChannel {
  public let name = "bell"
  public let batchLimit = 100

  private let sound: String?
  private let signal: (@MainActor (TerminalSignal) -> Void)?

  /// Rings by `signal`, nil without a terminal, and plays a file, nil for none.
  public init(sound: String?, signal: (@MainActor (TerminalSignal) -> Void)?) {
    self.sound = sound
    self.signal = signal
  }

  public func send(
    _ messages: [AlertMessage], isSilent: Bool, _ done: @escaping @MainActor (Delivery) -> Void
  ) {
    guard !isSilent else { return Later.run { done(.delivered) } }
    signal?(.bell)
    guard let sound else { return Later.run { done(.delivered) } }
    // The players in the order in which they are usual; the first that is there is used.
    Player.run(
      [["pw-play", sound], ["paplay", sound], ["aplay", "-q", sound]], done)
  }
}

/// A notification of the desktop: by its server, and where there is none, as over ssh, by the
/// terminal.
public final class DesktopChannel: AlertChannel {
  public let name = "desktop"
  public let batchLimit = 5

  private let signal: (@MainActor (TerminalSignal) -> Void)?
  private let hasServer: Bool

  /// Uses the notification server of the session if there is one, else `signal`.
  public init(
    signal: (@MainActor (TerminalSignal) -> Void)?,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.signal = signal
    hasServer =
      environment["DBUS_SESSION_BUS_ADDRESS"] != nil && environment["SSH_CONNECTION"] == nil
  }

  public func send(
    _ messages: [AlertMessage], isSilent: Bool, _ done: @escaping @MainActor (Delivery) -> Void
  ) {
    let title =
      messages.count == 1 ? messages[0].title : "\(messages[0].origin): \(messages.count) alerts"
    let body = messages.map(\.text).joined(separator: "\n")
    if hasServer {
      let urgency = messages.contains { $0.severity == .critical } ? "critical" : "normal"
      // The body is read as markup; `--` ends the options whatever the texts begin with.
      Player.run(
        [
          [
            "notify-send", "-a", "perpdeck", "-u", urgency, "--", title, HTMLText.escaped(body),
          ]
        ], done)
    } else if let signal {
      signal(.notification(title: Escaping.terminal(title), body: Escaping.terminal(body)))
      Later.run { done(.delivered) }
    } else {
      Later.run { done(.closed(reason: "there is neither a notification server nor a terminal")) }
    }
  }
}

/// Runs a small program of the desktop: its arguments as a list, never through a shell.
private enum Player {
  /// Tries programs until one is there; its end tells what became of it.
  static func run(_ commands: [[String]], _ done: @escaping @MainActor (Delivery) -> Void) {
    let found = commands.first { path(of: $0[0]) != nil }
    guard let found, let path = path(of: found[0]) else {
      let names = commands.map { $0[0] }.joined(separator: ", ")
      return Later.run { done(.closed(reason: "none of \(names) is installed")) }
    }
    let name = found[0]
    let process = Process()
    // One that hangs, as without a sound server, is ended by `timeout` of the core utilities.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = [patience, path] + found.dropFirst()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.terminationHandler = { ended in
      let status = ended.terminationStatus
      let delivery: Delivery =
        status == 0 ? .delivered : .refused(reason: "\(name) ended with \(status)")
      Later.run { done(delivery) }
    }
    do {
      try process.run()
    } catch {
      Later.run { done(.refused(reason: "\(name) cannot be run")) }
    }
  }

  /// How long a program may run, in seconds.
  private static let patience = "10"

  private static func path(of name: String) -> String? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}

/// Calls something on the main queue, after what runs there now.
nonisolated enum Later {
  static func run(_ action: @escaping @MainActor () -> Void) {
    DispatchQueue.main.async { MainActor.assumeIsolated(action) }
  }
}
