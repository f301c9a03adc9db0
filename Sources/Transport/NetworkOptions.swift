/// What holds for all requests and streams of a network.
public nonisolated struct NetworkOptions: Sendable {
  /// What the program calls itself to servers.
  public var userAgent: String
  /// The file with the certificates to trust (PEM) instead of the system's; nil for the system's.
  public var trustedCertificates: String?
  /// The most connections kept to one host; requests beyond wait for one.
  public var connectionsPerHost: Int
  /// The most requests under way; those beyond are refused.
  public var requestsUnderWay: Int

  /// Makes options; the defaults suit a trading program that talks to a handful of hosts.
  public init(
    userAgent: String = "perpdeck", trustedCertificates: String? = nil,
    connectionsPerHost: Int = 16, requestsUnderWay: Int = 256
  ) {
    precondition(ASCII.isHeaderValue(userAgent), "a user agent is one line")
    self.userAgent = userAgent
    self.trustedCertificates = trustedCertificates
    self.connectionsPerHost = connectionsPerHost
    self.requestsUnderWay = requestsUnderWay
  }
}
