import JSONText
import Secrets
import Trading
import Transport
import Units

/// Alerts as JSON at an address of the user's own, signed so that the receiver knows the sender.
///
/// The header `X-PerpDeck-Signature` is `t=MILLISECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of
/// `MILLISECONDS.BODY` under the shared key. The receiver refuses old times and repeats by the id.
public final class WebhookChannel: AlertChannel {
  public let name = "webhook"
  public let batchLimit = 20

  private let address: Secret
  private let signer: MessageSigner
  private let http: any HTTPClient
  private let now: @MainActor () -> Timestamp

  /// Sends to an address, signed with a key; `now` stamps the signature.
  public init(
    address: Secret, key: Secret, http: any HTTPClient, now: @escaping @MainActor () -> Timestamp
  ) {
    self.address = address
    signer = MessageSigner(key: key)
    self.http = http
    self.now = now
  }

  public func send(
    _ messages: [AlertMessage], isSilent: Bool, _ done: @escaping @MainActor (Delivery) -> Void
  ) {
    let body = Self.body(messages, isSilent: isSilent)
    let stamp = "\(now().milliseconds)"
    let signature = Hexadecimal.text(signer.signature(of: Array("\(stamp).".utf8) + body))
    let request: HTTPRequest
    do throws(TransportError) {
      request = HTTPRequest(
        .post, try WebAddress(address.withBytes { String(decoding: $0, as: UTF8.self) }),
        headers: [
          HTTPHeader("Content-Type", "application/json"),
          HTTPHeader("X-PerpDeck-Signature", "t=\(stamp),v1=\(signature)"),
        ],
        body: body, deadline: HTTPDelivery.deadline, answerLimit: HTTPDelivery.answerLimit)
    } catch {
      return done(.closed(reason: "the address of the webhook cannot be used"))
    }
    http.send(request) { result in
      switch result {
      case .failure(let error): done(HTTPDelivery.of(error))
      case .success(let response): done(HTTPDelivery.of(response, wait: nil, reason: nil))
      }
    }
  }

  /// The alerts as one JSON object; times are milliseconds since 1970.
  nonisolated static func body(_ messages: [AlertMessage], isSilent: Bool) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("version", 1)
    writer.member("silent", isSilent)
    writer.key("alerts")
    writer.beginArray()
    for message in messages {
      writer.beginObject()
      writer.member("id", message.id.description)
      writer.member("severity", message.severity.rawValue)
      writer.key("topic")
      if let topic = message.topic { writer.string(topic.rawValue) } else { writer.null() }
      writer.member("origin", message.origin)
      writer.key("instrument")
      if let instrument = message.instrument {
        writer.string(instrument.text)
      } else {
        writer.null()
      }
      writer.member("text", message.text)
      writer.member("at", message.at.milliseconds)
      writer.member("repeat", message.isRepeat)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return Array(writer.bytes)
  }
}
