/// Why the exchange server could not start or went down.
public enum ServerProblem: Error, Sendable, Hashable {
  /// Another program listens on the port.
  case portInUse(port: Int)
  /// The port is not between 0 and 65535.
  case portOutOfRange(port: Int)
  /// The system refused the socket, in its words.
  case cannotListen(port: Int, reason: String)
  /// The market source could not be opened, in its words.
  case marketSource(String)
  /// A fault plan makes no sense: what, and in which line; nil when it cannot be read at all.
  case faultPlan(file: String, line: Int?, String)
  /// A record of a run cannot be written or read: why, and in which line; nil for the file itself.
  case record(file: String, line: Int?, String)
  /// Two accounts share an API key.
  case duplicateKey(String)
  /// ``ExchangeServer/start()`` was called twice.
  case alreadyStarted
}

extension ServerProblem: CustomStringConvertible {
  /// One sentence for the person who started the server.
  public var description: String {
    switch self {
    case .portInUse(let port):
      "Port \(port) is in use by another program; choose another one or 0 for any free port."
    case .portOutOfRange(let port):
      "Port \(port) does not exist; ports go from 0 (any free one) to 65535."
    case .cannotListen(let port, let reason):
      "Cannot listen on 127.0.0.1 port \(port): \(reason)."
    case .marketSource(let reason):
      "The market source cannot be opened: \(reason)"
    case .faultPlan(let file, let line, let reason):
      "The fault plan \(file)\(line.map { ":\($0)" } ?? "") cannot be used: \(reason)"
    case .record(let file, let line, let reason):
      "The record \(file)\(line.map { ":\($0)" } ?? "") cannot be used: \(reason)"
    case .duplicateKey(let key):
      "Two accounts have the API key \(key); each account needs its own."
    case .alreadyStarted:
      "The exchange server is running already."
    }
  }
}
