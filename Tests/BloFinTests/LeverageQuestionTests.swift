import Testing
import Trading
import Units

@testable import BloFin

@Suite struct LeverageQuestionTests {
  @Test func `R12 leverages are asked for by twenty instruments of one margin mode`() {
    let names = (1...21).map { InstrumentID(trusted: "C\($0)-USDT") }
    let places =
      names.map { LeveragePlace($0, .isolated) } + [LeveragePlace(names[0], .cross)]
    #expect(
      LeverageQuestion.all(of: places) == [
        LeverageQuestion(marginMode: .isolated, instruments: Array(names[0..<20])),
        LeverageQuestion(marginMode: .isolated, instruments: [names[20]]),
        LeverageQuestion(marginMode: .cross, instruments: [names[0]]),
      ])
    #expect(LeverageQuestion.all(of: []) == [])
  }

  @Test func `R12 why leverages are not known is told`() {
    let question = LeverageQuestion(
      marginMode: .cross, instruments: [InstrumentID(trusted: "BTC-USDT")])
    guard case .failure(let lost) = question.settings(.unknown("It took too long.")) else {
      Issue.record("a lost answer told leverages")
      return
    }
    #expect(lost.reason == "It took too long.")
  }

  @Test func `R12 the names of a question are separated by an escaped comma`() {
    let question = LeverageQuestion(
      marginMode: .cross,
      instruments: [InstrumentID(trusted: "BTC-USDT"), InstrumentID(trusted: "ETH-USDT")])
    #expect(
      QueryItem.text(question.query) == "?instId=BTC-USDT%2CETH-USDT&marginMode=cross")
  }
}
