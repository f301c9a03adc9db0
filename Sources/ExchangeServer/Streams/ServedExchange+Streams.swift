import NIOWebSocket
import OrderedCollections
import Simulation
import Trading
import Units

// Streams: opening, login, subscriptions and closing. Source: BloFin reference 4.1 to 4.3.

extension ServedExchange {
  /// Takes a new stream in.
  func streamOpened(_ stream: ClientStream) {
    streams[stream.id] = stream
  }

  /// Forgets a stream; no subscription survives its connection.
  func streamClosed(_ stream: ClientStream) {
    streams[stream.id] = nil
    for topic in stream.topics { removeListener(stream, of: topic) }
    stream.topics = []
  }

  /// Does what a client says.
  func streamReceived(_ text: String, from stream: ClientStream) {
    switch StreamCommand(text) {
    case .ping: stream.send(StreamMessage.pong)
    case .login(let credentials): login(credentials, on: stream)
    case .subscribe(let arguments):
      for argument in arguments { subscribe(argument, on: stream) }
    case .unsubscribe(let arguments):
      for argument in arguments { unsubscribe(argument, on: stream) }
    case .invalid: stream.send(StreamMessage.invalid(text))
    }
  }

  /// Closes streams on which nothing was received or sent for too long.
  func closeIdleStreams(at now: Timestamp) {
    guard let limit = configuration.strictness.idleClose else { return }
    for stream in streams.values where now - stream.lastActivity >= limit {
      stream.close(.goingAway)
    }
  }

  private func login(_ credentials: Credentials, on stream: ClientStream) {
    do throws(APIProblem) {
      guard stream.kind == .account else { throw .unsupported }
      stream.account = try authentication.account(
        of: credentials, from: "127.0.0.1", at: statedTime)
      stream.send(StreamMessage.loggedIn)
    } catch {
      // The exchange gives one code for every reason.
      stream.send(StreamMessage.loginFailed)
    }
  }

  private func subscribe(_ argument: StreamCommand.Argument, on stream: ClientStream) {
    guard let topic = admitted(argument, on: stream) else {
      return refuse(argument, operation: "subscribe", on: stream)
    }
    stream.send(StreamMessage.acknowledgement("subscribe", topic))
    guard !stream.topics.contains(topic) else { return }
    stream.topics.append(topic)
    listeners[topic, default: []].append(stream)
    refreshFeeds(of: topic.instrument)
    pushFirst(topic, to: stream)
  }

  private func unsubscribe(_ argument: StreamCommand.Argument, on stream: ClientStream) {
    guard case .topic(let topic) = argument,
      let place = stream.topics.firstIndex(of: topic)
    else { return refuse(argument, operation: "unsubscribe", on: stream) }
    stream.topics.remove(at: place)
    removeListener(stream, of: topic)
    stream.send(StreamMessage.acknowledgement("unsubscribe", topic))
  }

  private func removeListener(_ stream: ClientStream, of topic: StreamTopic) {
    listeners[topic]?.removeAll { $0 === stream }
    if listeners[topic]?.isEmpty == true {
      listeners[topic] = nil
      lastPushes.forget(topic)
      refreshFeeds(of: topic.instrument)
    }
  }

  /// Lets the venue make those public outputs of an instrument that someone listens to.
  private func refreshFeeds(of instrument: InstrumentID?) {
    guard let instrument, let market = venue.market(instrument) else { return }
    var feeds: MarketFeeds = []
    for topic in listeners.keys where topic.instrument == instrument {
      switch topic {
      case .trades: feeds.insert(.trades)
      case .tickers: feeds.insert(.tickers)
      case .books, .topBooks: feeds.insert(.books)
      case .candles: feeds.insert(.candles)
      case .fundingRate: feeds.insert(.marks)
      case .account, .inverseAccount, .positions, .orders, .algoOrders: continue
      }
    }
    venue.setFeeds(feeds, of: market)
    record(.feeds(instrument, feeds))
  }

  /// Returns the topic if this stream may have it: right path, logged in, known instrument.
  private func admitted(
    _ argument: StreamCommand.Argument, on stream: ClientStream
  ) -> StreamTopic? {
    guard case .topic(let topic) = argument, topic.kind == stream.kind else { return nil }
    if topic.kind == .account, stream.account == nil { return nil }
    if let instrument = topic.instrument, venue.market(instrument) == nil { return nil }
    return topic
  }

  private func refuse(
    _ argument: StreamCommand.Argument, operation: String, on stream: ClientStream
  ) {
    let value: RequestValue
    switch argument {
    case .unreadable(let unreadable): value = unreadable
    case .topic(let topic):
      var members = ["channel": RequestValue.text(topic.channel)]
      if let instrument = topic.instrument { members["instId"] = .text(instrument.text) }
      value = .object(members)
    }
    stream.send(StreamMessage.invalid(StreamMessage.requestText(operation, value)))
  }
}
