import JSONText
import Trading
import Units

/// Reads the messages of one stream straight into events, without an intermediate.
///
/// A value; it knows the topics that are subscribed and where each book's chain stands.
public nonisolated struct StreamDecoder {
  private struct Entry {
    let topic: BloFinTopic
    let subject: Subject
    var bounds: InstrumentBounds
    var chain = BookChain()

    var isBook: Bool { if case .book = topic { true } else { false } }
  }

  private var entries: [Entry] = []
  private var table = ArgumentTable()
  private var catalog: InstrumentCatalog
  /// The last moment that a ticker or a candle may state.
  private var latest = Timestamp.latestPlausible

  /// Makes a decoder of no topics.
  public init(catalog: InstrumentCatalog) {
    self.catalog = catalog
  }

  /// Sets what is subscribed; the place of a topic is its index. Chains of kept topics go on.
  public mutating func setTopics(_ topics: [BloFinTopic]) {
    let former = entries
    table = ArgumentTable()
    entries = []
    for topic in topics {
      var argument = topic.argument
      argument.withUTF8 { table.add(UnsafeRawBufferPointer($0), place: entries.count) }
      entries.append(
        former.first { $0.topic == topic }
          ?? Entry(
            topic: topic, subject: Subject(topic.instrument ?? InstrumentID("")),
            bounds: topic.instrument.map { catalog.bounds(of: $0) } ?? .unknown))
    }
  }

  /// Sets the rules of the instruments, for the bounds of what is said about them.
  mutating func setCatalog(_ catalog: InstrumentCatalog) {
    self.catalog = catalog
    for index in entries.indices {
      if let instrument = entries[index].topic.instrument {
        entries[index].bounds = catalog.bounds(of: instrument)
      }
    }
  }

  /// Forgets where the books stood: on a new connection each begins with a snapshot.
  mutating func resetChains() {
    for index in entries.indices { entries[index].chain.reset() }
  }

  /// The topic at a place.
  func topic(at place: Int) -> BloFinTopic { entries[place].topic }

  /// Reads one message, received at a moment of the exchange's clock. The bytes are not kept.
  ///
  /// After a problem in a book's message the book waits for a snapshot: the message is lost. A
  /// ticker or a candle of later than `latest` is refused (C05): what comes in the order of its
  /// stamps would stand still until that moment (B15). Books go by their numbers.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, at now: Timestamp, latest: Timestamp = .latestPlausible
  ) throws(StreamProblem) -> StreamMessage {
    self.latest = latest
    // The heartbeat is bare text, not JSON. Some servers send it themselves (W15).
    if bytes.count == 4 {
      if bytes.elementsEqual(StreamFrames.pong.utf8) { return .pong }
      if bytes.elementsEqual(StreamFrames.ping.utf8) { return .ignored }
    }
    var place: Int?
    do throws(JSONProblem) {
      if let frame = PushFrame(bytes), let known = table.find(frame.argument) {
        place = known
        let chain = entries[known].chain
        var json = JSONScanner(frame.data)
        let message = try push(known, frame.action, at: now, &json)
        if json.isFinished() { return message }
        // Members that a later version adds, or damage: the whole message is read to tell.
        entries[known].chain = chain
      }
      return try read(bytes, at: now, &place)
    } catch {
      guard let place else { throw StreamProblem(topic: nil, problem: error) }
      entries[place].chain.reset()
      throw StreamProblem(topic: entries[place].topic, problem: error)
    }
  }

  private mutating func read(
    _ bytes: UnsafeRawBufferPointer, at now: Timestamp, _ place: inout Int?
  ) throws(JSONProblem) -> StreamMessage {
    var json = JSONScanner(bytes)
    var reply = StreamReply()
    var action = PushAction.none
    var deferred: UnsafeRawBufferPointer?
    var message: StreamMessage?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "arg":
        let argument = try json.raw()
        place = try find(argument)
        if place == nil { reply.topic = try BloFinTopic(argument: argument) }
      case "data":
        // The order of the members is not promised: what comes too early is read at the end.
        if let place, !entries[place].isBook || action != .none {
          message = try push(place, action, at: now, &json)
        } else {
          deferred = try json.raw()
        }
      case "action": action = try PushAction(&json)
      case "event": reply.event = try json.textIfAny()
      case "code": reply.code = try json.textIfAny()
      case "msg": reply.words = try json.textIfAny()
      default: try json.skip()
      }
    }
    try json.finish()
    if let message { return message }
    if reply.event != nil {
      if let place { reply.topic = entries[place].topic }
      return reply.message
    }
    guard let place else { return .ignored }
    guard let deferred else { throw json.problem(.missing("data")) }
    var rest = JSONScanner(deferred)
    return try push(place, action, at: now, &rest)
  }

  /// Returns the place of an argument; a new spelling of a known one is learned.
  private mutating func find(_ argument: UnsafeRawBufferPointer) throws(JSONProblem) -> Int? {
    if let place = table.find(argument) { return place }
    guard let topic = try BloFinTopic(argument: argument),
      let place = entries.firstIndex(where: { $0.topic == topic })
    else { return nil }
    table.add(argument, place: place)
    return place
  }

  /// Reads the data of a push.
  private mutating func push(
    _ place: Int, _ action: PushAction, at now: Timestamp, _ json: inout JSONScanner
  ) throws(JSONProblem) -> StreamMessage {
    let subject = entries[place].subject
    let instrument = subject.instrument
    let bounds = entries[place].bounds
    let latest = latest
    switch entries[place].topic {
    case .ticker:
      return try json.each(place) { (json) throws(JSONProblem) in
        let ticker = try MarketRows.ticker(&json, of: subject, bounds)
        try json.require(ticker.exchangeTime, notAfter: latest)
        return .ticker(ticker)
      }
    case .book:
      return try book(place, action, &json)
    case .trades:
      return try json.each(place) { (json) throws(JSONProblem) in
        .trade(try MarketRows.trade(&json, of: subject, bounds))
      }
    case .candles(_, let frame):
      return try json.each(place) { (json) throws(JSONProblem) in
        let candle = try MarketRows.candle(&json, bounds)
        try json.require(candle.openTime, notAfter: latest)
        return .candle(instrument, frame, candle)
      }
    case .mark:
      return try json.each(place) { (json) throws(JSONProblem) in
        .mark(try MarketRows.mark(&json, of: instrument, bounds, at: now))
      }
    case .funding:
      return try json.each(place) { (json) throws(JSONProblem) in
        .funding(try MarketRows.funding(&json, of: subject))
      }
    case .account:
      return .account(place: place, [.balance(try AccountRows.balance(&json))])
    case .positions:
      let catalog = catalog
      let positions = try json.all { (json) throws(JSONProblem) in
        try AccountRows.position(&json, catalog)
      }
      return .account(place: place, [.positions(positions)])
    case .orders:
      let catalog = catalog
      let orders = try json.all { (json) throws(JSONProblem) in
        try OrderRows.order(&json, catalog)
      }
      return .account(place: place, orders.map { .order($0) })
    case .triggers:
      let catalog = catalog
      let triggers = try json.all { (json) throws(JSONProblem) in
        try TriggerRows.order(&json, catalog)
      }
      return .account(place: place, triggers.map { .triggerOrder($0) })
    }
  }

  private mutating func book(
    _ place: Int, _ action: PushAction, _ json: inout JSONScanner
  ) throws(JSONProblem) -> StreamMessage {
    let kind: BookUpdate.Kind
    switch action {
    case .snapshot: kind = .snapshot
    case .update: kind = .delta
    case .none: throw json.problem(.missing("action"))
    }
    let update = try BookRows.update(
      &json, of: entries[place].subject.instrument, kind, entries[place].bounds)
    switch kind {
    case .snapshot: entries[place].chain.snapshot(sequence: update.sequence)
    case .delta:
      let verdict = entries[place].chain.update(
        sequence: update.sequence, previous: update.previousSequence)
      switch verdict {
      case .apply: break
      case .ignore: return .bookIgnored(place: place)
      case .gap: return .bookGap(place: place)
      }
    }
    return .market(place: place, .book(update))
  }
}

/// The members of a message that answers one of ours.
private nonisolated struct StreamReply {
  var event: String?
  var topic: BloFinTopic?
  var code: String?
  var words: String?

  var message: StreamMessage {
    switch event {
    case "subscribe": topic.map { .subscribed($0) } ?? .ignored
    // A login that fails comes as an error; a code other than 0 here has not been seen.
    case "login" where code == nil || code == "0": .loggedIn
    case "login", "error": .failed(code: code ?? "none", message: words ?? "no reason given")
    default: .ignored
    }
  }
}

nonisolated extension BloFinTopic {
  /// Reads an argument; nil for a channel that is not used.
  init?(argument: UnsafeRawBufferPointer) throws(JSONProblem) {
    var json = JSONScanner(argument)
    var channel: String?
    var instrument: String?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "channel": channel = try json.textIfAny()
      case "instId": instrument = try json.textIfAny()
      default: try json.skip()
      }
    }
    guard let channel else { return nil }
    self.init(channel: channel, instrument: instrument)
  }
}

nonisolated extension JSONScanner {
  /// Fails the message when a moment that was read is later than the last that can be.
  @inline(__always)
  func require(_ moment: Timestamp, notAfter latest: Timestamp) throws(JSONProblem) {
    guard moment <= latest else {
      throw problem(.unknownValue("\(moment), which is yet to come"))
    }
  }

  /// Reads the rows of a push about the market: usually one.
  @inline(__always)
  mutating func each(
    _ place: Int, _ read: (inout JSONScanner) throws(JSONProblem) -> MarketEvent
  ) throws(JSONProblem) -> StreamMessage {
    try beginArray()
    guard try nextElement() else { return .markets(place: place, []) }
    let first = try read(&self)
    guard try nextElement() else { return .market(place: place, first) }
    var events = [first]
    repeat { events.append(try read(&self)) } while try nextElement()
    return .markets(place: place, events)
  }

  /// Reads the rows of an array, leaving out those that are not ours.
  mutating func all<Row>(
    _ read: (inout JSONScanner) throws(JSONProblem) -> Row?
  ) throws(JSONProblem) -> [Row] {
    var rows: [Row] = []
    try beginArray()
    while try nextElement() {
      if let row = try read(&self) { rows.append(row) }
    }
    return rows
  }
}
