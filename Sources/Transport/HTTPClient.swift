/// One header line of a request or an answer.
public nonisolated struct HTTPHeader: Hashable, Sendable {
  /// The name; its case does not matter.
  public var name: String
  /// The value, one line.
  public var value: String

  /// Makes a header line.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// One request. It goes out at most once: nothing here sends anything a second time.
public nonisolated struct HTTPRequest: Hashable, Sendable {
  /// What is asked of the server.
  public enum Method: String, Hashable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  /// What is asked of the server.
  public var method: Method
  /// Where to.
  public var address: WebAddress
  /// Header lines beside those of every request.
  public var headers: [HTTPHeader]
  /// The body; it goes out with `POST`, `PUT`, and with `DELETE` when it is not empty.
  public var body: [UInt8]
  /// The most milliseconds from the call until the whole answer is there.
  public var deadline: Int64
  /// The most milliseconds until the connection is made and secure.
  public var connectDeadline: Int64
  /// The largest body of an answer, in bytes after decompression.
  public var answerLimit: Int

  /// The usual bound for the body of an answer: 8 MiB.
  public static let usualAnswerLimit = 8 << 20

  /// Makes a request; times are in milliseconds.
  public init(
    _ method: Method, _ address: WebAddress, headers: [HTTPHeader] = [], body: [UInt8] = [],
    deadline: Int64 = 10_000, connectDeadline: Int64 = 5_000,
    answerLimit: Int = HTTPRequest.usualAnswerLimit
  ) {
    precondition(deadline > 0 && connectDeadline > 0, "a deadline lies in the future")
    precondition(answerLimit >= 0, "a bound is not negative")
    precondition(method != .get || body.isEmpty, "a GET request has no body")
    self.method = method
    self.address = address
    self.headers = headers
    self.body = body
    self.deadline = deadline
    self.connectDeadline = connectDeadline
    self.answerLimit = answerLimit
  }
}

/// A whole answer of a server, whatever its status.
public nonisolated struct HTTPResponse: Equatable, Sendable {
  /// The version of HTTP that was spoken.
  public enum Version: Hashable, Sendable {
    case http1, http2
  }

  /// The status: 200 and so on. Redirects (3xx) come as they are; they are never followed.
  public var status: Int
  /// The header lines in the order in which they came.
  public var headers: [HTTPHeader]
  /// The body, decompressed.
  public var body: [UInt8]
  /// The version of HTTP that was spoken.
  public var version: Version
  /// Microseconds from the call to the whole answer.
  public var duration: Int64

  /// Makes an answer.
  public init(
    status: Int, headers: [HTTPHeader] = [], body: [UInt8] = [], version: Version = .http1,
    duration: Int64 = 0
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.version = version
    self.duration = duration
  }

  /// Returns the value of the first header of this name, whatever its case.
  public func header(_ name: String) -> String? {
    headers.first { ASCII.isEqualIgnoringCase($0.name, name) }?.value
  }
}

/// The name of a request under way, by which it can be given up.
public nonisolated struct HTTPTicket: Hashable, Sendable {
  let number: UInt64

  /// Makes the ticket with this number; for clients only.
  public init(number: UInt64) {
    self.number = number
  }
}

/// Sends requests and brings answers.
public protocol HTTPClient: AnyObject {
  /// Does beforehand what can be done for a request that may leave soon. Nothing leaves by it, and
  /// nothing is lost when the request never comes.
  func prepare(_ request: HTTPRequest)

  /// Sends a request; `done` is called once, later, never from within this call.
  @discardableResult
  func send(
    _ request: HTTPRequest,
    _ done: @escaping @MainActor (Result<HTTPResponse, TransportError>) -> Void
  ) -> HTTPTicket

  /// Gives a request up: its `done` is not called any more. The request may still take effect.
  func cancel(_ ticket: HTTPTicket)
}

extension HTTPClient {
  /// Does nothing: every request is made when it leaves.
  public func prepare(_ request: HTTPRequest) {}
}
