import Glibc
import Trading
import Units

/// The candles of one market on disk: a file for each instrument and time frame, below the data
/// folder in `candles/<origin>`.
///
/// Only closed candles are kept, the newest 50,000 of a topic, which is the most that one question
/// brings; all files together have at most 64 MiB, six million candles, and those that were not
/// written for the longest time give way. A file is replaced as a whole, by one program at a time,
/// and is believed only when its check, its form and its name fit. Everything can be deleted at any
/// time. All calls block on the disk.
public struct CandleFolder: Sendable, Hashable {
  /// The folder below the data folder that all markets share.
  public static let shared = "candles"
  /// The most bytes of all files together.
  public static let sizeLimit = 64 << 20

  /// Whose candles.
  public let origin: CandleOrigin
  /// Where the files are.
  public let path: String
  private let root: String
  private let sizeLimit: Int

  /// Names the folder of a market below a data folder; nothing is made before something is kept.
  public init(data: String, _ origin: CandleOrigin) {
    self.init(data: data, origin, sizeLimit: Self.sizeLimit)
  }

  init(data: String, _ origin: CandleOrigin, sizeLimit: Int) {
    self.origin = origin
    self.sizeLimit = sizeLimit
    root = "\(data)/\(Self.shared)"
    path = "\(root)/\(origin.name)"
  }

  /// Returns the closed candles that are kept, oldest first; none where there is no file. Throws
  /// when there is one that is not believed.
  public func read(_ topic: CandleTopic) throws(CandleCacheProblem) -> [Candle] {
    guard let file = file(of: topic), let bytes = try PrivateFile.read(file) else { return [] }
    do throws(CandleCoding.Fault) {
      return try CandleCoding.candles(bytes, named: name(of: topic), topic.timeFrame)
    } catch {
      switch error {
      case .damaged(let reason): throw .damaged(path: file, reason: reason)
      case .otherVersion(let found): throw .otherVersion(path: file, found: found)
      case .belongsToOther(let found):
        throw .belongsToOther(path: file, found: found, wanted: name(of: topic))
      }
    }
  }

  /// Keeps what the exchange said: its word wins over what is there, and what is open or no candle
  /// of the frame is left out. With `replacing` nothing of what is there stays, as where that is
  /// not believed.
  ///
  /// Returns whether it is kept: false while another program writes, and for what has no file.
  @discardableResult
  public func add(
    _ candles: [Candle], to topic: CandleTopic, replacing: Bool = false
  ) throws(CandleCacheProblem) -> Bool {
    let fresh = Self.ordered(candles.filter { $0.isClosed && $0.fits(topic.timeFrame) })
    guard let file = file(of: topic), !fresh.isEmpty else { return false }
    try PrivateFile.prepareFolder(root)
    try PrivateFile.prepareFolder(path)
    guard let lock = try FolderLock(root + "/lock") else { return false }
    defer { lock.release() }
    let known = replacing ? [] : believed(topic)
    let all = Array(Self.merged(known, fresh).suffix(CandleCoding.limit))
    guard all != known else { return true }
    try PrivateFile.write(
      CandleCoding.bytes(all, named: name(of: topic), topic.timeFrame), to: file)
    makeRoom(for: file)
    return true
  }

  /// What is kept and sound; nothing of a file that is not believed, which is written anew.
  private func believed(_ topic: CandleTopic) -> [Candle] {
    do throws(CandleCacheProblem) {
      return try read(topic)
    } catch {
      return []
    }
  }

  private func name(of topic: CandleTopic) -> String { "\(origin) \(topic)" }

  private func file(of topic: CandleTopic) -> String? { topic.fileName.map { "\(path)/\($0)" } }

  /// Returns candles oldest first, of two with one time the later one.
  private static func ordered(_ candles: [Candle]) -> [Candle] {
    var result: [Candle] = []
    result.reserveCapacity(candles.count)
    let places = candles.indices.sorted {
      (candles[$0].openTime, $0) < (candles[$1].openTime, $1)
    }
    for place in places {
      if result.last?.openTime == candles[place].openTime { result.removeLast() }
      result.append(candles[place])
    }
    return result
  }

  /// Returns both, oldest first; of two with one time the fresh one.
  private static func merged(_ known: [Candle], _ fresh: [Candle]) -> [Candle] {
    guard let first = fresh.first, let last = fresh.last else { return known }
    let before = known.prefix { $0.openTime < first.openTime }
    let after = known.drop { $0.openTime <= last.openTime }
    let between = known[before.endIndex..<after.startIndex]
    return before + ordered(between + fresh) + after
  }

  /// Removes the files that were not written for the longest time until the rest has room, but
  /// never the one that was just written. What cannot be removed stays.
  private func makeRoom(for file: String) {
    var files = Self.files(below: root).files
    var total = files.reduce(0) { $0 + $1.size }
    guard total > sizeLimit else { return }
    files.sort { ($0.writtenAt, $0.path) < ($1.writtenAt, $1.path) }
    for old in files where old.path != file && total > sizeLimit && unlink(old.path) == 0 {
      total -= old.size
    }
  }
}

/// What the cache holds, for people who look after it.
public struct CandleHoldings: Sendable, Hashable {
  /// Where it is.
  public let path: String
  /// How many files there are.
  public let fileCount: Int
  /// How many bytes they have together.
  public let size: Int
  /// What is wrong with some of them; nil where they are too many to look into.
  public let problems: [CandleCacheProblem]?
}

extension CandleFolder {
  /// A file of the cache.
  struct File: Hashable {
    let path: String
    let origin: String
    let topic: CandleTopic
    let size: Int
    /// In nanoseconds since 1970.
    let writtenAt: Int64
  }

  /// Files of more bytes than that are only counted: to read so many takes half a second.
  private static let checkedSizeLimit = 16 << 20

  /// Looks at every file below a data folder.
  public static func holdings(data: String) -> CandleHoldings {
    let root = "\(data)/\(shared)"
    let (files, unreadable) = Self.files(below: root)
    let size = files.reduce(0) { $0 + $1.size }
    guard size <= checkedSizeLimit else {
      return CandleHoldings(
        path: root, fileCount: files.count, size: size,
        problems: unreadable.isEmpty ? nil : unreadable)
    }
    let problems = files.compactMap { file -> CandleCacheProblem? in
      do throws(CandleCacheProblem) {
        _ = try CandleFolder(data: data, CandleOrigin(name: file.origin)).read(file.topic)
        return nil
      } catch {
        return error
      }
    }
    return CandleHoldings(
      path: root, fileCount: files.count, size: size, problems: unreadable + problems)
  }

  /// Returns the files below a folder, and what could not be looked into.
  private static func files(
    below root: String
  ) -> (files: [File], unreadable: [CandleCacheProblem]) {
    var files: [File] = []
    var unreadable: [CandleCacheProblem] = []
    for origin in names(in: root, &unreadable) {
      let folder = "\(root)/\(origin)"
      files += names(in: folder, &unreadable).compactMap { file("\(folder)/\($0)", origin, $0) }
    }
    return (files, unreadable)
  }

  private static func names(
    in folder: String, _ unreadable: inout [CandleCacheProblem]
  ) -> [String] {
    do throws(CandleCacheProblem) {
      return try PrivateFile.names(in: folder)
    } catch {
      unreadable.append(error)
      return []
    }
  }

  private static func file(_ path: String, _ origin: String, _ name: String) -> File? {
    var status = stat()
    guard let topic = CandleTopic(fileName: name), lstat(path, &status) == 0 else { return nil }
    return File(
      path: path, origin: origin, topic: topic, size: Int(status.st_size),
      writtenAt: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
  }
}
