import JSONText
import Trading

/// What a client says on a stream.
///
/// Source: BloFin reference 4.1 to 4.3.
enum StreamCommand {
  /// The bare text `ping`.
  case ping
  /// Names the account of a private stream.
  case login(Credentials)
  /// Asks for topics. What could not be read as one is kept as it stood.
  case subscribe([Argument])
  /// Takes topics back.
  case unsubscribe([Argument])
  /// Anything else.
  case invalid

  /// One element of `args`.
  enum Argument {
    case topic(StreamTopic)
    case unreadable(RequestValue)
  }

  /// The bytes that the arguments of one message stay under. Source: BloFin reference 4.1.
  static let argumentBytes = 4_096

  /// Reads a message.
  init(_ text: String) {
    if text == "ping" {
      self = .ping
      return
    }
    do throws(JSONProblem) {
      self = Self.reading(try RequestValue(Array(text.utf8)), length: text.utf8.count)
    } catch {
      self = .invalid
    }
  }

  private static func reading(_ message: RequestValue, length: Int) -> StreamCommand {
    guard case .object(let members) = message, case .text(let operation)? = members["op"],
      case .array(let arguments)? = members["args"], !arguments.isEmpty
    else { return .invalid }
    switch operation {
    case "login": return login(arguments).map(StreamCommand.login) ?? .invalid
    case "subscribe", "unsubscribe":
      guard length < argumentBytes || encodedLength(arguments) < argumentBytes else {
        return .invalid
      }
      let read = arguments.map(argument)
      return operation == "subscribe" ? .subscribe(read) : .unsubscribe(read)
    default: return .invalid
    }
  }

  private static func encodedLength(_ arguments: [RequestValue]) -> Int {
    var writer = RowWriter(capacity: argumentBytes)
    RequestValue.array(arguments).encode(to: &writer)
    return writer.bytes.count
  }

  private static func argument(_ value: RequestValue) -> Argument {
    guard case .object(let members) = value, case .text(let channel)? = members["channel"] else {
      return .unreadable(value)
    }
    let instrument: InstrumentID?
    switch members["instId"] {
    case nil, .null?: instrument = nil
    case .text(let text)? where text.isEmpty: instrument = nil
    case .text(let text)?:
      guard let name = InstrumentID(text) else { return .unreadable(value) }
      instrument = name
    case .some: return .unreadable(value)
    }
    guard let topic = StreamTopic(channel: channel, instrument: instrument) else {
      return .unreadable(value)
    }
    return .topic(topic)
  }

  /// Source: BloFin reference 2.4, WebSocket login: the signed parts are fixed.
  private static func login(_ arguments: [RequestValue]) -> Credentials? {
    guard case .object(let members)? = arguments.first else { return nil }
    func text(_ name: String) -> String? {
      switch members[name] {
      case .text(let text)?: text
      case .number(let digits)?: digits
      case nil, .some: nil
      }
    }
    guard let key = text("apiKey"), let timestamp = text("timestamp"), let nonce = text("nonce"),
      let passphrase = text("passphrase"), let signature = text("sign")
    else { return nil }
    return Credentials(
      key: key, timestamp: timestamp, nonce: nonce, passphrase: passphrase, signature: signature,
      signedHead: "/users/self/verifyGET", signedBody: [])
  }
}

/// Messages about a stream itself.
enum StreamMessage {
  /// The answer to `ping`.
  static let pong = Array("pong".utf8)

  /// The login was good.
  static let loggedIn = Array(#"{"event":"login","code":"0","msg":""}"#.utf8)

  /// The login was not.
  static let loginFailed = Array(#"{"event":"error","code":"60009","msg":"Login failed."}"#.utf8)

  /// A topic was taken or taken back.
  static func acknowledgement(_ event: String, _ topic: StreamTopic) -> [UInt8] {
    var writer = RowWriter(capacity: 96)
    writer.object { writer in
      writer.member("event", event)
      writer.name("arg")
      topic.encode(to: &writer)
    }
    return writer.bytes
  }

  /// A request that is not understood; its text is repeated.
  static func invalid(_ request: String) -> [UInt8] {
    var writer = RowWriter(capacity: request.utf8.count + 64)
    writer.object { writer in
      writer.member("event", "error")
      writer.member("code", "60012")
      writer.member("msg", "Invalid request: \(request)")
    }
    return writer.bytes
  }

  /// A request for one thing that there is not, as text: the operation with that argument alone.
  static func requestText(_ operation: String, _ argument: RequestValue) -> String {
    var writer = RowWriter(capacity: 128)
    writer.object { writer in
      writer.member("op", operation)
      writer.name("args")
      writer.array { argument.encode(to: &$0) }
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
