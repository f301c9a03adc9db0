import Foundation
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
    guard !isSilent else { return Self.later { done(.delivered) } }
    signal?(.bell)
    guard let sound else { return Self.later { done(.delivered) } }
    // The players in the order in which they are usual; the first that is there is used.
    Player.run(
      [["pw-play", sound], ["paplay", sound], ["aplay", "-q", sound]], done)
  }

  private static func later(_ action: @escaping @MainActor () -> Void) {
    DispatchQueue.main.async { action() }
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
    let title = messages.count == 1 ? messages[0].title : "\(messages.count) alerts"
    let body = messages.map(\.text).joined(separator: "\n")
    if hasServer {
      let urgency = messages.contains { $0.severity == .critical } ? "critical" : "normal"
      // The body is read as markup; `--` ends the options whatever the texts begin with.
      Player.run(
        [
          [
            "notify-send", "-a", "perpdeck", "-u", urgency, "--", title, Escaping.html(body),
          ]
        ], done)
    } else if let signal {
      signal(.notification(title: Escaping.terminal(title), body: Escaping.terminal(body)))
      DispatchQueue.main.async { done(.delivered) }
    } else {
      DispatchQueue.main.async {
        done(.closed(reason: "there is neither a notification server nor a terminal"))
      }
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
      return DispatchQueue.main.async { done(.closed(reason: "none of \(names) is installed")) }
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = Array(found.dropFirst())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let name = found[0]
    process.terminationHandler = { ended in
      let status = ended.terminationStatus
      DispatchQueue.main.async {
        done(status == 0 ? .delivered : .refused(reason: "\(name) ended with \(status)"))
      }
    }
    do {
      try process.run()
      // A program that hangs is ended; its handler then answers.
      let identifier = process.processIdentifier
      DispatchQueue.main.asyncAfter(deadline: .now() + patience) { [weak process] in
        if process?.isRunning == true { kill(identifier, SIGTERM) }
      }
    } catch {
      DispatchQueue.main.async { done(.refused(reason: "\(name) cannot be run")) }
    }
  }

  private static let patience = 10.0

  private static func path(of name: String) -> String? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}
