import Testing
import Trading

@testable import Settings

@Test func `every place of an account lies in one folder of its own`() {
  let places = AccountPlaces(data: "data", environment: .demo, account: "second")
  #expect(places.folder == "data/demo/second")
  #expect(places.journal == "data/demo/second/journal.sqlite")
  #expect(places.log == "data/demo/second/perpdeck.log")
  #expect(places.lock == "data/demo/second/instance.lock")
  #expect(places.socket == "data/demo/second/control.sock")
  #expect(places.problem == nil)
}

@Test func `environments never share a folder, a word or a letter`() {
  let all = TradingEnvironment.allCases
  #expect(Set(all.map(\.screenWord)) == ["PAPER", "DEMO", "LIVE"])
  #expect(Set(all.map(\.orderPrefix)) == ["p", "d", "l"])
  #expect(Set(all.map { AccountPlaces(data: "d", environment: $0, account: "a") }).count == 3)
  #expect(all.map(\.needsCredentials) == [false, true, true])
}

@Test func `each market of a paper account has its folder, and paper's words are no other's`() {
  func folder(_ environment: TradingEnvironment, _ market: PaperMarket) -> String {
    AccountPlaces(data: "d", environment: environment, account: "a", market: market).folder
  }
  #expect(
    PaperMarket.allCases.map { folder(.paper, $0) } == [
      "d/paper/a", "d/paper-live/a", "d/recording/a",
    ])
  #expect(folder(.live, .live) == "d/live/a")
  #expect(folder(.demo, .recording) == "d/demo/a")
}

@Test func `a socket path that the system does not take is refused`() {
  let data = "/" + String(repeating: "x", count: 90)
  let places = AccountPlaces(data: data, environment: .paper, account: "main")
  #expect(
    places.problem == """
      the path of the control socket has 115 bytes and the system takes 107: choose a shorter data \
      folder than the one of \(places.socket)
      """)
}
