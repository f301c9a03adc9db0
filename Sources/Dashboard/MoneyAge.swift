import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// How old the prices and the balance are that sums of money come from.
extension EngineSnapshot {
  /// How old the newest price is that a position is valued at.
  public func markAge(of position: PositionFigures) -> TimeSpan {
    let market = markets[position.key.instrument]
    let told = [
      market?.markAge(at: at, exchangeClock), market?.candlePriceAge(at: at),
    ].compactMap(\.self)
    return told.reduce(at - position.receivedAt, min)
  }

  /// The age of the oldest price of what is held; nil while none is older than the gate takes it.
  public var oldMarkAge: TimeSpan? {
    positions.map { markAge(of: $0) }.filter { $0 > limits.marketAgeMaximum }.max()
  }

  /// How old what the account's sums come from is, in words; nil while the gate takes all of it.
  public var moneyAges: String? {
    let old = [
      oldMarkAge.map { "prices \($0.milliseconds / 1_000) s old" },
      oldBalanceAge.map { "balance \($0.milliseconds / 1_000) s old" },
    ].compactMap(\.self)
    return old.isEmpty ? nil : old.joined(separator: ", ")
  }

  /// The age of the balance; nil while it is no older than the gate takes it, and before the first.
  public var oldBalanceAge: TimeSpan? {
    account.balance.map { $0.age(at: at) }.flatMap { $0 > limits.balanceAgeMaximum ? $0 : nil }
  }
}

extension DashboardModel {
  /// Whether the mark price of a position is older than the gate takes it.
  func isMarkOld(of position: PositionFigures) -> Bool {
    snapshot.markAge(of: position) > snapshot.limits.marketAgeMaximum
  }

  /// A figure at the mark price in so many columns: dim, and with a question mark where there is
  /// room, while the mark is old.
  func dated(_ span: Span, _ position: PositionFigures, _ width: Int = .max) -> Span {
    guard isMarkOld(of: position) else { return span }
    return Span(span.text.count < width ? span.text + "?" : span.text, Style(.muted))
  }

  /// The profit of a position with its sign, and a question mark while its mark price is old.
  func datedProfit(of position: PositionFigures) -> String {
    signed(position.unrealizedPnL) + (isMarkOld(of: position) ? "?" : "")
  }

  /// Whether a sum over the account, such as the equity, may be wrong by now: a price of what is
  /// held is old, or the balance.
  var isMoneyOld: Bool {
    figures.positions.contains { isMarkOld(of: $0) } || snapshot.oldBalanceAge != nil
  }

  /// A sum over the account: dim and with a question mark while it may be wrong by now.
  func dated(_ text: String, _ style: Style) -> Span {
    guard isMoneyOld, text != labels.glyphs.unknown else { return Span(text, style) }
    return Span(text + "?", Style(.muted))
  }
}
