import JSONText
import Secrets
import Transport
import Units

/// Where a bot of Telegram is and what it signs with.
public struct TelegramBot {
  /// The address of the Bot API: Telegram's, or that of a server of one's own.
  let server: WebAddress
  let token: Secret

  /// Names a bot; nil when the token is not of the form that Telegram gives out.
  public init?(token: Secret, server: WebAddress) {
    let isPlausible = token.withBytes { bytes in
      bytes.contains(UInt8(ascii: ":")) && bytes.count <= 100
        && bytes.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: ":"), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
          default: false
          }
        }
    }
    guard isPlausible else { return nil }
    self.token = token
    self.server = server
  }

  /// Returns the address of a method. The token is in it: it goes to the transport and nowhere
  /// else.
  func address(of method: String) throws(TransportError) -> WebAddress {
    let target = token.withBytes { "/bot\(String(decoding: $0, as: UTF8.self))/\(method)" }
    return try server.withTarget(target)
  }
}

/// What Telegram says beside the status. Source: Telegram Bot API, Making requests.
nonisolated struct TelegramAnswer {
  /// Why not, in the words of Telegram; nil where it gave none.
  var description: String?
  /// Whether it is an answer of Telegram at all and not of something on the way there.
  var isItsOwn = false
  var retryAfter: Int64?
  var migratedTo: Int64?

  /// Reads an answer; what is not JSON says nothing.
  init(_ body: [UInt8]) {
    var (description, retryAfter, migratedTo): (String?, Int64?, Int64?) = (nil, nil, nil)
    var isItsOwn = false
    do throws(JSONProblem) {
      try JSONScanner.read(body) { (scanner) throws(JSONProblem) in
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
          switch key {
          case "ok": isItsOwn = try !scanner.boolean()
          case "description": description = try scanner.text()
          case "parameters":
            try scanner.beginObject()
            while let inner = try scanner.nextKey() {
              switch inner {
              case "retry_after": retryAfter = try scanner.integer()
              case "migrate_to_chat_id": migratedTo = try scanner.integer()
              default: try scanner.skip()
              }
            }
          default: try scanner.skip()
          }
        }
      }
    } catch {
      description = description ?? "an answer that is no JSON"
      isItsOwn = false
    }
    self.isItsOwn = isItsOwn
    self.description = description
    self.retryAfter = retryAfter
    self.migratedTo = migratedTo
  }

  /// Whether an answer with this status says that the token of the bot is wrong, as it will be
  /// until a person acts.
  func refusesToken(_ status: Int) -> Bool { isItsOwn && (status == 401 || status == 404) }
}

/// Messages of a bot in a chat of Telegram. Source: Telegram Bot API, sendMessage.
public final class TelegramChannel: AlertChannel {
  public let name = "telegram"
  public let batchLimit = 10

  private let bot: TelegramBot
  private let http: any HTTPClient
  private var chat: String

  /// The most characters of a message, after its entities are read.
  nonisolated static let textLimit = 4_000

  /// Sends to a chat: its number, or `@name` of a channel.
  public init(_ bot: TelegramBot, chat: String, http: any HTTPClient) {
    self.bot = bot
    self.chat = chat
    self.http = http
  }

  public func send(
    _ messages: [AlertMessage], isSilent: Bool, _ done: @escaping @MainActor (Delivery) -> Void
  ) {
    send(html: Self.html(messages), isSilent: isSilent, done)
  }

  /// Answers a person with text that is HTML already.
  public func answer(html: String, _ done: @escaping @MainActor (Delivery) -> Void) {
    send(html: html, isSilent: false, done)
  }

  /// Sends text that is HTML already.
  private func send(
    html: String, isSilent: Bool, _ done: @escaping @MainActor (Delivery) -> Void
  ) {
    let request: HTTPRequest
    do throws(TransportError) {
      request = HTTPRequest(
        .post, try bot.address(of: "sendMessage"),
        headers: [HTTPHeader("Content-Type", "application/json")],
        body: body(html, isSilent: isSilent), deadline: HTTPDelivery.deadline,
        answerLimit: HTTPDelivery.answerLimit)
    } catch {
      return done(.closed(reason: "the address of the bot cannot be used"))
    }
    http.send(request) { [weak self] result in
      switch result {
      case .failure(let error): done(HTTPDelivery.of(error))
      case .success(let response): done(self?.delivery(response) ?? .delivered)
      }
    }
  }

  private func delivery(_ response: HTTPResponse) -> Delivery {
    let answer = TelegramAnswer(response.body)
    if response.status == 400, let chat = answer.migratedTo {
      // The group has become a supergroup and has another number for good.
      self.chat = "\(chat)"
      return .retry(after: .zero, reason: "the group has another number now")
    }
    if answer.refusesToken(response.status) {
      let said = answer.description.map { ": \(PlainText.clean($0))" } ?? ""
      return .closed(reason: "status \(response.status)\(said)")
    }
    let wait = answer.retryAfter.map { HTTPDelivery.span(Fixed(Int(clamping: max(0, $0)))) }
    return HTTPDelivery.of(response, wait: wait, reason: answer.description)
  }

  private func body(_ html: String, isSilent: Bool) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("chat_id", chat)
    writer.member("text", html)
    writer.member("parse_mode", "HTML")
    writer.member("disable_notification", isSilent)
    writer.key("link_preview_options")
    writer.beginObject()
    writer.member("is_disabled", true)
    writer.endObject()
    writer.endObject()
    return Array(writer.bytes)
  }

  /// Messages as one text of Telegram's HTML.
  nonisolated static func html(_ messages: [AlertMessage]) -> String {
    let room = textLimit / max(1, messages.count) - 120
    return messages.map { message in
      "<b>\(HTMLText.escaped(String(message.title.prefix(100))))</b>\n"
        + HTMLText.escaped(String(message.body.prefix(max(40, room))))
    }.joined(separator: "\n")
  }
}
