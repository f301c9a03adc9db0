import Glibc
import Runtime
import Settings
import Trading

/// The line to a running program: finds its socket, says one thing, hears one answer.
struct ControlLine {
  private let data: String
  private let mode: String?
  private let account: String?

  /// Looks under a data folder, for the mode and the account when they are named.
  init(data: String, mode: String?, account: String?) {
    self.data = data
    self.mode = mode
    self.account = account
  }

  /// Returns the answer to a line, or throws why there is none.
  func ask(_ line: String) throws -> String {
    let running = candidates().compactMap { place -> (name: String, socket: Int32)? in
      Self.connect(place.path).map { (place.name, $0) }
    }
    defer { for one in running { Glibc.close(one.socket) } }
    guard let one = running.first else {
      throw ProgramFailure(
        "No perpdeck is running\(of()) in \(data). Start one, or name its folder with --data.")
    }
    guard running.count == 1 else {
      throw ProgramFailure(
        "Several are running: \(running.map(\.name).joined(separator: ", ")). "
          + "Choose one with --mode and --account.")
    }
    do throws(ControlCallProblem) {
      return try ControlCall.exchange(line, over: one.socket)
    } catch {
      throw ProgramFailure(error.description)
    }
  }

  private func of() -> String {
    [mode.map { " in mode \($0)" }, account.map { " for the account \($0)" }]
      .compactMap { $0 }.joined()
  }

  private func candidates() -> [(name: String, path: String)] {
    let modes = mode.map { [$0] } ?? Self.names(in: data)
    return modes.flatMap { mode in
      (account.map { [$0] } ?? Self.names(in: data + "/" + mode)).map { account in
        ("\(mode) \(account)", "\(data)/\(mode)/\(account)/control.sock")
      }
    }
  }

  private static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// Returns a connected socket; nil where nobody listens, as behind a program that has ended.
  private static func connect(_ path: String) -> Int32? {
    guard var address = SocketAddress(path: path) else { return nil }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return nil }
    guard address.connect(descriptor) else {
      Glibc.close(descriptor)
      return nil
    }
    return descriptor
  }
}
