import OrderedCollections
import Simulation
import Trading
import Units

// Pushes of account data. Source: BloFin reference 4.5, 4.6.
extension ServedExchange {
  /// How often accounts and positions are pushed without an event [?: the interval is unknown].
  static let accountSpacing = TimeSpan.seconds(5)

  /// Pushes everything that has happened since the last call, in the order in which it happened.
  func publish() {
    for output in venue.takeOutputs() { push(output) }
  }

  private func push(_ output: VenueOutput) {
    switch output {
    case .order(let account, let order):
      push([.orders(nil), .orders(order.instrument)], of: account) { topic in
        StreamPush.encodeOrders(topic, action: .update) { $0.array { order.writePushRow(to: &$0) } }
      }
    case .algo(let account, let order):
      push([.algoOrders(nil), .algoOrders(order.instrument)], of: account) { topic in
        StreamPush.encodeOrders(topic, action: .update) { $0.array { order.writePushRow(to: &$0) } }
      }
    // Fills and funding have no channel: they are seen in the order, the balance and the histories.
    case .fill, .funding: return
    case .positions(let account): pushPositions(of: account)
    case .balance(let account): pushBalance(of: account)
    case .trade(let trade): push(trade: trade)
    case .book(let update): push(book: update)
    case .ticker(let instrument): push(tickerOf: instrument)
    // No channel has the mark price; its candles follow once a second.
    case .mark: return
    case .fundingRate(let rate): push(funding: rate)
    case .candlesClosed(let instrument, let open):
      pushClosedCandles(of: instrument, minute: open)
    }
  }

  /// Pushes what repeats itself with time: changed candles, and accounts every few seconds.
  func pushPeriodic(at now: Timestamp) {
    pushChangedCandles(at: now)
    if let last = lastPushes.accountsAt, now - last < Self.accountSpacing { return }
    lastPushes.accountsAt = now
    for account in accounts {
      pushPositions(of: account)
      pushBalance(of: account)
    }
  }

  /// Sends what a new listener gets at once: the present state, or nothing for trades.
  func pushFirst(_ topic: StreamTopic, to stream: ClientStream) {
    guard topic.kind == .account else { return pushFirst(market: topic, to: stream) }
    guard let index = stream.account,
      let message = firstMessage(of: topic, for: accounts[index])
    else { return }
    deliver(message, of: topic, to: stream)
  }

  private func firstMessage(of topic: StreamTopic, for account: VenueAccountID) -> [UInt8]? {
    switch topic {
    case .account: return balanceMessage(of: account)
    case .inverseAccount:
      return StreamPush.encode(topic) {
        $0.object {
          $0.name("details")
          $0.array { _ in }
        }
      }
    case .positions: return positionsMessage(topic, of: account)
    case .orders(let instrument):
      let orders = venue.openOrders(of: account, HistoryPage(instrument: instrument, limit: .max))
      return StreamPush.encodeOrders(topic, action: .snapshot) {
        $0.array(of: orders) { $1.writePushRow(to: &$0) }
      }
    case .algoOrders(let instrument):
      let page = HistoryPage(instrument: instrument, limit: .max)
      let orders =
        venue.openAlgos(of: account, protection: true, page)
        + venue.openAlgos(of: account, protection: false, page)
      return StreamPush.encodeOrders(topic, action: .snapshot) {
        $0.array(of: orders) { $1.writePushRow(to: &$0) }
      }
    case .trades, .tickers, .books, .topBooks, .candles, .fundingRate: return nil
    }
  }

  /// Sends a message on topics to those of the listeners that are logged in to the account.
  private func push(
    _ topics: [StreamTopic], of account: VenueAccountID, _ message: (StreamTopic) -> [UInt8]
  ) {
    for topic in topics {
      guard let all = listeners[topic] else { continue }
      let streams = all.filter { $0.account.map { accounts[$0] } == account }
      guard !streams.isEmpty else { continue }
      let bytes = message(topic)
      for stream in streams { deliver(bytes, of: topic, to: stream) }
    }
  }

  private func pushPositions(of account: VenueAccountID) {
    // Each push is the whole list, for the whole account or for one instrument.
    for topic in listeners.keys {
      guard case .positions = topic else { continue }
      push([topic], of: account) { positionsMessage($0, of: account) }
    }
  }

  private func pushBalance(of account: VenueAccountID) {
    push([.account], of: account) { _ in balanceMessage(of: account) }
  }

  private func balanceMessage(of account: VenueAccountID) -> [UInt8] {
    StreamPush.encode(.account) { venue.balance(of: account).writePush(to: &$0) }
  }

  private func positionsMessage(_ topic: StreamTopic, of account: VenueAccountID) -> [UInt8] {
    let positions = venue.positions(of: account, instrument: topic.instrument)
    return StreamPush.encode(topic, capacity: 1_024) {
      $0.array(of: positions) { $1.writePushRow(to: &$0) }
    }
  }
}
