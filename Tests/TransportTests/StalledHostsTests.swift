import EventLoop
import Testing

@testable import Transport

struct StalledHostsTests {
  @Test func `H03 remembers the stall of an HTTP2 host for two minutes`() {
    func moment(_ seconds: Int64) -> MonotonicTime {
      MonotonicTime(microseconds: seconds * 1_000_000)
    }
    var hosts = StalledHosts()
    hosts.speaksHTTP2("a")
    hosts.stalled("a", at: moment(10))
    hosts.stalled("b", at: moment(10))
    let early = ["a", "b", "c"].map { hosts.needsFreshConnection($0, at: moment(129)) }
    let late = ["a", "b", "c"].map { hosts.needsFreshConnection($0, at: moment(130)) }
    #expect(early == [true, false, false])
    #expect(late == [false, false, false])
  }
}
