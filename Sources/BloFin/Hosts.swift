import Transport

/// Where BloFin is reached, and what kind of money is there.
public nonisolated struct BloFinHosts: Sendable, Hashable {
  /// Whether orders are real. A key belongs to one environment and does not exist in the other.
  public enum Environment: String, Sendable, Hashable, CaseIterable {
    /// Real money.
    case live
    /// The exchange's own practice money.
    case demo
  }

  /// Whether orders are real.
  public let environment: Environment
  /// The root of REST calls.
  public let rest: WebAddress
  /// The public stream.
  let publicStream: WebAddress
  /// The private stream.
  let privateStream: WebAddress

  /// Makes the exchange's own addresses.
  ///
  /// Source: BloFin API documentation, "Overview", production and demo trading environments.
  public init(_ environment: Environment) {
    let host =
      switch environment {
      case .live: "openapi.blofin.com"
      case .demo: "demo-trading-openapi.blofin.com"
      }
    do {
      try self.init(environment, rest: "https://\(host)", stream: "wss://\(host)")
    } catch {
      preconditionFailure("the exchange's own address is valid: \(error)")
    }
  }

  /// Makes addresses on this machine, such as `http://127.0.0.1:8080`, for a simulated exchange.
  ///
  /// Any other host is refused, so that no setting can make the program send a key elsewhere.
  public init(_ environment: Environment, loopback text: String) throws(BloFinProblem) {
    let address: WebAddress
    do {
      address = try WebAddress(text)
    } catch {
      throw .badAddress("\(error)")
    }
    guard address.isLoopback else { throw .foreignHost(address.host) }
    guard address.target == "/", address.scheme == .http || address.scheme == .https else {
      throw .badAddress("\(address.text): give http or https, host and port, and no path")
    }
    let stream = address.scheme == .https ? "wss" : "ws"
    do {
      try self.init(
        environment, rest: "\(address.scheme.rawValue)://\(address.authority)",
        stream: "\(stream)://\(address.authority)")
    } catch {
      throw .badAddress("\(error)")
    }
  }

  private init(
    _ environment: Environment, rest: String, stream: String
  ) throws(TransportError) {
    self.environment = environment
    self.rest = try WebAddress(rest)
    publicStream = try WebAddress(stream + "/ws/public")
    privateStream = try WebAddress(stream + "/ws/private")
  }
}

/// Why the adapter cannot be set up.
public nonisolated enum BloFinProblem: Error, Hashable, Sendable {
  /// The address cannot be used; the text says why.
  case badAddress(String)
  /// The host is neither BloFin's nor this machine.
  case foreignHost(String)
  /// The key is for one environment and the addresses are of the other.
  case wrongEnvironment(key: BloFinHosts.Environment, hosts: BloFinHosts.Environment)
  /// A part of the credentials is empty or cannot be a header.
  case badCredentials(String)
}

nonisolated extension BloFinProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badAddress(let text): text
    case .foreignHost(let host):
      "\(PlainText.clean(host)) is neither BloFin nor this machine: keys are not sent there."
    case .wrongEnvironment(let key, let hosts):
      "A \(key.rawValue) key cannot be used with BloFin's \(hosts.rawValue) environment."
    case .badCredentials(let text): text
    }
  }
}
