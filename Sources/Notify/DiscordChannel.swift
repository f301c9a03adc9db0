import JSONText
import Secrets
import Transport
import Units

/// Messages of a webhook in a channel of Discord. Source: Discord API, Execute Webhook.
public final class DiscordChannel: AlertChannel {
  public let name = "discord"
  public let batchLimit = 10

  private let address: Secret
  private let http: any HTTPClient

  /// The most characters of a message.
  nonisolated static let textLimit = 2_000

  /// Sends to the webhook with this address, which is a secret: whoever has it can write there.
  public init(address: Secret, http: any HTTPClient) {
    self.address = address
    self.http = http
  }

  public func send(
    _ messages: [AlertMessage], isSilent: Bool, _ done: @escaping @MainActor (Delivery) -> Void
  ) {
    let request: HTTPRequest
    do throws(TransportError) {
      let target = address.withBytes { String(decoding: $0, as: UTF8.self) }
      request = HTTPRequest(
        .post, try WebAddress(target + (target.contains("?") ? "&" : "?") + "wait=true"),
        headers: [HTTPHeader("Content-Type", "application/json")],
        body: Self.body(messages, isSilent: isSilent), deadline: HTTPDelivery.deadline,
        answerLimit: HTTPDelivery.answerLimit)
    } catch {
      return done(.closed(reason: "the address of the webhook cannot be used"))
    }
    http.send(request) { result in
      switch result {
      case .failure(let error): done(HTTPDelivery.of(error))
      case .success(let response): done(Self.delivery(response))
      }
    }
  }

  private static func delivery(_ response: HTTPResponse) -> Delivery {
    var (message, wait): (String?, TimeSpan?) = (nil, nil)
    do throws(JSONProblem) {
      try JSONScanner.read(response.body) { (scanner) throws(JSONProblem) in
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
          switch key {
          case "message": message = try scanner.text()
          case "retry_after": wait = HTTPDelivery.span(try scanner.fixed())
          default: try scanner.skip()
          }
        }
      }
    } catch {
      // A page of the network in between is HTML: the status alone counts.
      message = nil
    }
    // A wait that comes as page says nothing about the webhook: it is not gone.
    if response.status == 403, message == nil {
      return .retry(after: HTTPDelivery.headerWait(response), reason: "refused on the way there")
    }
    // In the words of Discord: the webhook was deleted, or its token is wrong.
    if response.status == 401 || response.status == 404, let message {
      return .closed(reason: "status \(response.status): \(PlainText.clean(message))")
    }
    return HTTPDelivery.of(response, wait: wait, reason: message)
  }

  /// The body of a message: nobody is ever mentioned by it.
  nonisolated static func body(_ messages: [AlertMessage], isSilent: Bool) -> [UInt8] {
    let room = textLimit / max(1, messages.count) - 10
    let text = messages.map { message in
      let title = "**\(Escaping.discord(message.title))**\n"
      return title + cut(Escaping.discord(message.body), to: max(60, room - title.count))
    }.joined(separator: "\n")
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("content", cut(text, to: textLimit))
    writer.key("allowed_mentions")
    writer.beginObject()
    writer.key("parse")
    writer.beginArray()
    writer.endArray()
    writer.endObject()
    // 4096 is SUPPRESS_NOTIFICATIONS, 4 is SUPPRESS_EMBEDS.
    writer.member("flags", isSilent ? 4_100 : 4)
    writer.endObject()
    return Array(writer.bytes)
  }

  /// Cuts text, never behind a sign that takes the next one literally.
  nonisolated private static func cut(_ text: String, to limit: Int) -> String {
    guard text.unicodeScalars.count > limit else { return text }
    var result = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit - 1)))
    while result.hasSuffix("\\") { result.removeLast() }
    return result + "…"
  }
}
