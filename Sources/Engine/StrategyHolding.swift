import AccountData
import Strategies
import Trading
import Units

extension EngineSnapshot {
  /// Returns what is held now of what a strategy trades: `none`, or side and contracts; `not read
  /// yet` before the first report. Its conditions have the values of its last candle.
  public func holding(of strategy: StrategyLine) -> String {
    guard account.positionsReceivedAt != nil else { return "not read yet" }
    let held = account.positions.held.filter { $0.key.instrument == strategy.instrument }
    guard !held.isEmpty else { return "none" }
    return held.map { "\($0.report.side.rawValue) \($0.report.contracts)" }.joined(separator: ", ")
  }
}
