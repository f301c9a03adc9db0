import Units

// The language of the door. A rule about calls names a method and the end of a path, a rule about
// pushes the word `stream` and a channel; `*` is any.
//
//   {"match":"POST trade/order","nth":1,"do":"apply_then_drop"}
//   {"match":"stream books","instId":"BTC-USDT","count":3,"do":"gap"}
//   {"match":"* *","count":0,"percent":5,"do":"delay","ms":200}

extension FaultRule {
  /// Reads a rule; throws a refusal that names the member that is wrong.
  init(_ parameters: Parameters) throws(APIProblem) {
    let words = try parameters.required("match").split(separator: " ").map(String.init)
    guard words.count == 2 else { throw .wrong("match") }
    let target = words[1] == "*" ? nil : words[1]
    if words[0] == "stream" {
      kind = .push(
        channel: target, instrument: try parameters.text("instId"), try PushFault(parameters))
    } else {
      kind = .call(
        method: words[0] == "*" ? nil : words[0], path: target, try CallFault(parameters))
    }
    let nth = try parameters.whole("nth") ?? 1
    guard nth > 0 else { throw .wrong("nth") }
    skipped = Int(nth - 1)
    // A count of zero lasts until it is taken back.
    let count = try parameters.whole("count") ?? 1
    remaining = count == 0 ? nil : Int(count)
    let percent = try parameters.whole("percent") ?? 100
    guard (1...100).contains(percent) else { throw .wrong("percent") }
    self.percent = Int(percent)
  }
}

extension CallFault {
  /// What can be done to a call.
  enum Verb: String, CaseIterable {
    case dropBefore = "drop_before"
    case applyThenDrop = "apply_then_drop"
    case delay
    case status
    case truncate
    case garbage
    case replace
    case reject
    case partial
    case fillDuringCancel = "fill_during_cancel"
  }

  fileprivate init(_ parameters: Parameters) throws(APIProblem) {
    switch try parameters.requiredWord("do", Verb.init(rawValue:)) {
    case .dropBefore: self = .dropBefore
    case .applyThenDrop: self = .applyThenDrop
    case .delay: self = .delay(try parameters.span())
    case .status:
      guard let status = try parameters.whole("status"), (200...599).contains(status) else {
        throw .wrong("status")
      }
      self = .status(
        Int(status), body: try parameters.text("body") ?? "",
        retryAfter: try parameters.text("retryAfter"), applies: try parameters.flag("apply"))
    case .truncate:
      guard let bytes = try parameters.whole("bytes") else { throw .missing("bytes") }
      self = .truncate(Int(bytes))
    case .garbage: self = .garbage(try parameters.text("body") ?? FaultRule.garbage)
    case .replace:
      self = .replace(
        try parameters.required("find"), with: try parameters.text("with") ?? "")
    case .reject:
      self = .reject(
        code: try parameters.required("code"), text: try parameters.text("text") ?? "Rejected",
        outer: try parameters.text("outer") ?? "1")
    case .partial:
      guard let percent = try parameters.whole("fill"), (1...100).contains(percent) else {
        throw .wrong("fill")
      }
      self = .partial(percent: Int(percent))
    case .fillDuringCancel: self = .fillDuringCancel
    }
  }
}

extension PushFault {
  /// What can be done to a push.
  enum Verb: String, CaseIterable {
    case duplicate = "dup"
    case reorder
    case gap
    case garbage
    case replace
    case close
  }

  fileprivate init(_ parameters: Parameters) throws(APIProblem) {
    switch try parameters.requiredWord("do", Verb.init(rawValue:)) {
    case .duplicate: self = .duplicate
    case .reorder: self = .reorder
    case .gap: self = .gap
    case .garbage: self = .garbage(try parameters.text("body") ?? FaultRule.garbage)
    case .replace:
      self = .replace(
        try parameters.required("find"), with: try parameters.text("with") ?? "")
    case .close: self = .close(try parameters.closeCode())
    }
  }
}

extension FaultRule {
  /// What stands for JSON when nothing else is asked for: a page of a content network.
  static let garbage = "<html><body><h1>502 Bad Gateway</h1></body></html>"
}

extension Parameters {
  /// Reads `ms`, at most a day.
  func span() throws(APIProblem) -> TimeSpan {
    guard let span = try span("ms") else { throw .missing("ms") }
    return span
  }

  /// Reads a count of milliseconds, at most a day; nil when it is missing.
  func span(_ name: String) throws(APIProblem) -> TimeSpan? {
    guard let milliseconds = try whole(name) else { return nil }
    guard milliseconds <= 86_400_000 else { throw .wrong(name) }
    return .milliseconds(milliseconds)
  }

  /// Reads `code` of a close: 1000 through 4999; 1006 hangs up without a word.
  func closeCode() throws(APIProblem) -> Int {
    let code = try whole("code") ?? 1006
    guard (1_000...4_999).contains(code) else { throw .wrong("code") }
    return Int(code)
  }
}
