import Trading
import Transport
import Units

/// Alerts by mail, through a mail server of the user's.
public final class MailChannel: AlertChannel {
  public let name = "mail"
  public let batchLimit = 50

  private let sender: MailSender
  private let from: String
  private let recipients: [String]
  private let now: @MainActor () -> Timestamp

  /// Sends from one address to others; `now` dates the letters.
  public init(
    _ sender: MailSender, from: String, to recipients: [String],
    now: @escaping @MainActor () -> Timestamp
  ) {
    self.sender = sender
    self.from = from
    self.recipients = recipients
    self.now = now
  }

  public func send(
    _ messages: [AlertMessage], isSilent: Bool, _ done: @escaping @MainActor (Delivery) -> Void
  ) {
    let text = Self.letter(messages, from: from, to: recipients, at: now())
    sender.send(Mail(from: from, recipients: recipients, text: text)) { result in
      switch result {
      case .success: done(.delivered)
      case .failure(let problem):
        let reason = "\(problem)"
        switch problem {
        case .loginRefused: done(.closed(reason: reason))
        case .refused: done(.refused(reason: reason))
        case .failed: done(.retry(after: nil, reason: reason))
        }
      }
    }
  }

  /// A letter by RFC 5322: header lines, an empty line, the text in base 64, lines end in CR LF.
  nonisolated static func letter(
    _ messages: [AlertMessage], from: String, to recipients: [String], at now: Timestamp
  ) -> [UInt8] {
    precondition(!messages.isEmpty, "a letter tells of something")
    let subject =
      messages.count == 1
      ? messages[0].title : "\(messages[0].title) and \(messages.count - 1) more"
    let text = messages.map { "\($0.title)\r\n\($0.body)\r\n" }.joined(separator: "\r\n")
    let id = "\(now.milliseconds).\(messages[0].id)"
    let head = [
      "Date: \(date(now))", "From: <\(from)>",
      "To: \(recipients.map { "<\($0)>" }.joined(separator: ", "))",
      "Message-ID: <\(id)@perpdeck.invalid>", "Subject: \(Escaping.header(subject))",
      "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
    ]
    var lines = head.joined(separator: "\r\n") + "\r\n\r\n"
    var rest = Base64.text(Array(text.utf8))[...]
    while !rest.isEmpty {
      lines += rest.prefix(76) + "\r\n"
      rest = rest.dropFirst(76)
    }
    return Array(lines.utf8)
  }

  /// A date of RFC 5322, such as `Wed, 04 Mar 2026 12:00:00 +0000`.
  nonisolated static func date(_ moment: Timestamp) -> String {
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let fields = moment.utc
    let day = Int(moment.start(of: .days(1)).milliseconds / 86_400_000 % 7)
    let number = fields.day < 10 ? "0\(fields.day)" : "\(fields.day)"
    return "\(days[day]), \(number) \(months[fields.month - 1]) \(fields.year) "
      + "\(moment.timeText) +0000"
  }
}
