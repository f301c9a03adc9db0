import Glibc
import TestSupport
import Testing
import Trading
import Units

@testable import CandleCache

@Suite struct CandleFolderTests {
  private let data = TemporaryPlace()
  private var folder: CandleFolder { data.folder() }
  private let topic = Candles.topic
  private let file = "candles/blofin-live/BTC-USDT_15m.candles"

  private func mode(_ name: String) -> mode_t {
    var status = stat()
    return lstat("\(data.path)/\(name)", &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test func `an empty cache has no candles, and makes no folder by being read`() throws {
    #expect(try folder.read(topic) == [])
    #expect(access(data.path, F_OK) != 0)
    #expect(
      CandleFolder.holdings(data: data.path)
        == CandleHoldings(path: "\(data.path)/candles", fileCount: 0, size: 0, problems: []))
  }

  @Test func `what is kept comes back, and goes on with what is added`() throws {
    try folder.add(Candles.row(0..<40), to: topic)
    #expect(try folder.read(topic) == Candles.row(0..<40))
    try folder.add(Candles.row(30..<60), to: topic)
    try folder.add(Candles.row(-10..<5), to: topic)
    #expect(try folder.read(topic) == Candles.row(-10..<60))
  }

  @Test func `a hole stays one until it is filled`() throws {
    try folder.add(Candles.row(0..<10) + Candles.row(20..<30), to: topic)
    #expect(try folder.read(topic) == Candles.row(0..<10) + Candles.row(20..<30))
    try folder.add(Candles.row(9..<21), to: topic)
    #expect(try folder.read(topic) == Candles.row(0..<30))
  }

  @Test func `an open candle, and one that is none of the frame, are never kept`() throws {
    let open = Sample.candle(Candles.time(3), 60_000, isClosed: false)
    let crooked = Sample.candle(Candles.time(4) + .minutes(1), 60_000)
    let impossible = Sample.candle(Candles.time(5), 60_000, high: 59_000)
    try folder.add(Candles.row(0..<3) + [open, crooked, impossible], to: topic)
    #expect(try folder.read(topic) == Candles.row(0..<3))
    #expect(try folder.add([open], to: topic) == false)
  }

  @Test func `of two versions of a candle the newer word wins`() throws {
    try folder.add(Candles.row(0..<10), to: topic)
    try folder.add(Candles.row(3..<5, shift: 7), to: topic)
    #expect(
      try folder.read(topic)
        == Candles.row(0..<3) + Candles.row(3..<5, shift: 7) + Candles.row(5..<10))
    try folder.add(Candles.row(8..<12), to: topic, replacing: true)
    #expect(try folder.read(topic) == Candles.row(8..<12))
  }

  @Test func `the oldest candles give way to a bound`() throws {
    let count = CandleCoding.limit + 100
    try folder.add(Candles.row(0..<count), to: topic)
    #expect(try folder.read(topic) == Candles.row(100..<count))
  }

  @Test func `instruments, frames and environments are never mixed`() throws {
    let ether = CandleTopic(Sample.eth, .fifteenMinutes)
    let hours = CandleTopic(Sample.btc, .oneHour)
    let demo = data.folder(.demo)
    try folder.add(Candles.row(0..<3), to: topic)
    for (folder, topic) in [(folder, ether), (folder, hours), (demo, topic)] {
      #expect(try folder.read(topic) == [])
    }
    try demo.add(Candles.row(0..<4, shift: 9), to: topic)
    #expect(try folder.read(topic) == Candles.row(0..<3))
    // Not even where somebody has copied one over the other.
    try data.write(data.bytes("candles/blofin-demo/BTC-USDT_15m.candles"), file)
    #expect(
      throws: CandleCacheProblem.belongsToOther(
        path: "\(data.path)/\(file)", found: "blofin-demo BTC-USDT 15m",
        wanted: "blofin-live BTC-USDT 15m")
    ) { try folder.read(topic) }
  }

  @Test func `a damaged file is refused in one sentence and written anew`() throws {
    try folder.add(Candles.row(0..<40), to: topic)
    var bytes = try data.bytes(file)
    bytes[60] ^= 4
    try data.write(bytes, file)
    let problem = CandleCacheProblem.damaged(
      path: "\(data.path)/\(file)", reason: "its check does not fit")
    #expect(throws: problem) { try folder.read(topic) }
    #expect(
      problem.description == """
        The candle cache \(data.path)/\(file) is damaged (its check does not fit): nothing of it \
        is used, and what the exchange says next is written in its place.
        """)
    #expect(CandleFolder.holdings(data: data.path).problems == [problem])
    try folder.add(Candles.row(10..<12), to: topic)
    #expect(try folder.read(topic) == Candles.row(10..<12))
    #expect(CandleFolder.holdings(data: data.path).problems == [])
  }

  @Test func `a folder that cannot be looked into is told, not counted as empty`() throws {
    try folder.add(Candles.row(0..<40), to: topic)
    // It leads to itself, which nobody can open, whatever his rights.
    let odd = "\(data.path)/candles/other"
    try #require(symlink("other", odd) == 0)
    let held = CandleFolder.holdings(data: data.path)
    #expect(held.fileCount == 1)
    #expect(
      held.problems == [.unreadable(path: odd, reason: "Too many levels of symbolic links")])
  }

  @Test func `a file of another version is refused and written anew`() throws {
    try folder.add(Candles.row(0..<40), to: topic)
    var bytes = try data.bytes(file)
    bytes[8] = 9
    try data.write(bytes, file)
    let problem = CandleCacheProblem.otherVersion(path: "\(data.path)/\(file)", found: 9)
    #expect(throws: problem) { try folder.read(topic) }
    #expect(
      problem.description == """
        The candle cache \(data.path)/\(file) was written by another version of perpdeck (form 9, \
        not 1): nothing of it is used, and what the exchange says next is written in its place.
        """)
    try folder.add(Candles.row(10..<12), to: topic)
    #expect(try folder.read(topic) == Candles.row(10..<12))
  }

  @Test func `a link in the place of a file is not followed`() throws {
    try folder.add(Candles.row(0..<4), to: topic)
    let path = "\(data.path)/\(file)"
    rename(path, "\(data.path)/elsewhere")
    symlink("\(data.path)/elsewhere", path)
    let before = try data.bytes("elsewhere")
    #expect(
      throws: CandleCacheProblem.unreadable(
        path: path, reason: "Too many levels of symbolic links")
    ) { try folder.read(topic) }
    try folder.add(Candles.row(2..<6), to: topic)
    #expect(try folder.read(topic) == Candles.row(2..<6))
    #expect(try data.bytes("elsewhere") == before)
  }

  @Test func `files and folders are the owner's alone`() throws {
    try folder.add(Candles.row(0..<4), to: topic)
    #expect(mode(file) == 0o600)
    #expect(mode("candles/lock") == 0o600)
    #expect(mode("candles") == 0o700)
    #expect(mode("candles/blofin-live") == 0o700)
  }

  @Test func `two programs that keep in turn lose nothing, and one alone writes at a time`() throws
  {
    let other = data.folder()
    try folder.add(Candles.row(0..<10), to: topic)
    try other.add(Candles.row(10..<20), to: topic)
    try folder.add(Candles.row(20..<30), to: topic)
    #expect(try other.read(topic) == Candles.row(0..<30))
    let lock = try #require(try FolderLock("\(data.path)/candles/lock"))
    #expect(try folder.add(Candles.row(30..<40), to: topic) == false)
    #expect(try folder.read(topic) == Candles.row(0..<30))
    // A child that begins at this moment has it open for a while.
    let child = try #require(sharedDescriptor(of: "\(data.path)/candles/lock"))
    lock.release()
    #expect(try folder.add(Candles.row(30..<40), to: topic))
    close(child)
    #expect(try folder.read(topic) == Candles.row(0..<40))
  }

  @Test func `what a killed program left half written is in nobody's way`() throws {
    try folder.add(Candles.row(0..<4), to: topic)
    try data.write([1, 2, 3], file + ".new")
    try folder.add(Candles.row(4..<8), to: topic)
    #expect(try folder.read(topic) == Candles.row(0..<8))
    #expect(access("\(data.path)/\(file).new", F_OK) != 0)
  }

  @Test func `beyond the bound of all files the one that was written first gives way`() throws {
    let topics = [TimeFrame.fiveMinutes, .fifteenMinutes, .oneMinute].map {
      CandleTopic(Sample.btc, $0)
    }
    for topic in topics { try data.folder().add(Candles.row(0..<100), to: topic) }
    for (place, topic) in topics.enumerated() {
      var times = [timeval(), timeval()]
      for index in times.indices { times[index].tv_sec = 1_700_000_000 + place }
      let name = try #require(topic.fileName)
      #expect(utimes("\(data.path)/candles/blofin-live/\(name)", times) == 0)
    }
    let size = CandleFolder.holdings(data: data.path).size
    let bounded = data.folder(.demo, sizeLimit: size)
    try bounded.add(Candles.row(0..<100), to: topics[0])
    #expect(try bounded.read(topics[0]) == Candles.row(0..<100))
    #expect(try topics.map { try folder.read($0).count } == [0, 100, 100])
  }

  @Test func `where nothing can be written that is said with what to do`() throws {
    try data.folder().add(Candles.row(0..<1), to: topic)
    let blocked = CandleFolder(data: "\(data.path)/\(file)", folder.origin)
    let problem = CandleCacheProblem.unwritable(
      path: "\(data.path)/\(file)/candles", reason: "Not a directory")
    #expect(throws: problem) { try blocked.add(Candles.row(0..<1), to: topic) }
    #expect(
      problem.description == """
        The candle cache \(data.path)/\(file)/candles cannot be written (Not a directory): the \
        next start asks the exchange for all past candles. Make its folder writable or choose \
        another with --data.
        """)
    #expect(try blocked.read(topic) == [])
  }

  @Test func `an instrument whose name is no name of a file is not kept`() throws {
    let strange = CandleTopic("../BTC", .oneHour)
    #expect(try folder.add(Candles.row(0..<4), to: strange) == false)
    #expect(try folder.read(strange) == [])
    #expect(access(data.path, F_OK) != 0)
  }
}
