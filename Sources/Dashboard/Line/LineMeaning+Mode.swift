import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

extension DashboardModel {
  /// Returns what a line about the position mode comes to: a question, where it can be changed.
  func meaning(of mode: PositionMode) throws(LineProblem) -> LineMeaning {
    guard snapshot.account.positionMode != mode else {
      throw LineProblem(at: 0, text: "the position mode is \(mode.lineWord) already")
    }
    guard orderRows.allSatisfy(\.isWaiting), figures.positions.isEmpty else {
      throw LineProblem(
        at: 0, text: "the position mode changes only without positions and orders: flatten first")
    }
    let effect =
      switch mode {
      case .hedge: "A long and a short of one instrument are held beside each other then."
      case .oneWay: "An instrument has one position then: the other side makes it smaller."
      }
    return .asked(
      "set the position mode of the account to \(mode.lineWord)?", details: [effect],
      [.engine(.setPositionMode(mode))])
  }

  /// Returns what a line about the peak comes to: a question, for the drawdown limit begins anew.
  func resetPeakMeaning() throws(LineProblem) -> LineMeaning {
    guard let balance = snapshot.account.balance else {
      throw LineProblem(at: 0, text: "the balance is not known yet")
    }
    let fallen = snapshot.breakerReadings.first { $0.breaker == .drawdown }?.value
    let figure =
      if case .share(let share) = fallen { NumberText.percent(share) } else {
        labels.glyphs.unknown
      }
    return .asked(
      "count the drawdown anew from the equity of now?",
      details: [
        "It is \(money(balance.value.equity)) USDT, \(figure) below the peak that counts.",
        "For money that was withdrawn; after losses it takes the limit away.",
      ], [.engine(.resetPeak)])
  }

  /// Returns what a line about the leverage comes to: a question, where a position is held with a
  /// lower one, for its liquidation comes nearer.
  func meaning(of leverage: Leverage, on id: InstrumentID) -> LineMeaning {
    let mode = marginMode(of: id)
    let commands = [DashboardCommand.engine(.setLeverage(id, mode, leverage))]
    let raised = snapshot.account.positions.held.map(\.report).filter {
      $0.key.instrument == id && $0.key.marginMode == mode && mode == .isolated
        && leverage > $0.leverage
    }
    guard let market = snapshot.markets[id], let first = raised.first else {
      return .commands(commands)
    }
    return .asked(
      "raise the leverage of \(id) from \(first.leverage)x to \(leverage)x while it is held?",
      details: raised.map { report in
        let after = Liquidation.price(
          of: report, at: leverage, in: market, takerFeeRate: snapshot.fees.takerFeeRate)
        let shown = [report.liquidationPrice, after].map {
          liquidation($0, report.side, market.instrument)
        }
        return "\(report.side.rawValue) \(report.contracts): liquidation moves from "
          + shown.joined(separator: " to about ")
      }, commands)
  }
}
