import AccountData
import MarketData
import Risk
import Trading
import Units

/// How an exit that the exchange refuses is sent again: ever more seldom, for each uses up a
/// request that another position needs for its own (K12, H07).
enum RefusedExits {
  /// The wait after the first refusal; it doubles with each.
  private static let pauseFirst = TimeSpan.seconds(1)
  /// The longest wait.
  private static let pauseLast = TimeSpan.seconds(10)
  /// Refusals before this time count no more.
  private static let memory = TimeSpan.minutes(1)

  /// Whether an exit at market of a position, or of so many contracts of it, may leave again
  /// without a person asking for it.
  static func mayLeave(
    for held: HeldPosition, contracts: Contracts? = nil, _ core: EngineCore
  ) -> Bool {
    guard let market = core.markets.position(of: held.key.instrument) else { return true }
    let rules = core.markets.all[market].instrument
    let whole = rules.closable(contracts ?? held.report.contracts)
    let size = min(whole, rules.maximumMarketContracts)
    var pause = TimeSpan.zero
    var refusedAt: Timestamp?
    let answered = core.requests.answered
    for place in answered.indices.reversed() {
      guard let answer = answered[place].answer, core.now - answer.at < memory else { break }
      guard let request = answered[place].subject.exit(of: held.key) else { continue }
      guard answer.result == .refused else { break }
      guard request.contracts == size else { continue }
      refusedAt = refusedAt ?? answer.at
      pause = pause == .zero ? pauseFirst : min(pause + pause, pauseLast)
    }
    return refusedAt.map { core.now - $0 >= pause } ?? true
  }
}

extension RequestSubject {
  /// The exit at market of a position that it asks for; nil when it asks for anything else.
  fileprivate func exit(of key: PositionKey) -> OrderRequest? {
    switch self {
    case .submit(let request), .resend(let request):
      let isExit =
        request.reduceOnly && request.type == .market && request.instrument == key.instrument
        && request.slot == key.slot && request.marginMode == key.marginMode
      return isExit ? request : nil
    case .protect, .cancel, .cancelTrigger, .setLeverage, .setPositionMode, .accountSnapshot,
      .orderStatus, .instruments, .tiers, .candles, .subscribe:
      return nil
    }
  }
}
