import AccountData
import Engine
import Trading

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
}
