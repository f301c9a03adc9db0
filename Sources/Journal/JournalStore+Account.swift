import GRDB

extension JournalStore {
  /// Makes the journal that of the account with this number at the exchange, or finds that it is.
  ///
  /// The first number is written into the file. Another one later fails with
  /// ``JournalProblem/ofOtherAccount(path:found:wanted:)`` and changes nothing. A disk that fails
  /// here stops the store, as one that fails in any write. The completion is called on the
  /// journal's queue.
  public func claim(accountNumber number: String, completion: @escaping Completion) {
    precondition(!number.isEmpty, "an account has a number")
    pool.asyncWriteWithoutTransaction { [self] db in
      do {
        if let failure = line.failure { throw JournalProblem.stopped(by: failure) }
        guard file.isStillThere() else { throw JournalProblem.fileGone(path: path) }
        guard let found = try String.fetchOne(db, sql: Schema005.numberSQL) else {
          try setDurability(.full, db)
          try db.execute(sql: Schema005.claimSQL, arguments: [number])
          return completion(.success(()))
        }
        guard found == number else {
          throw JournalProblem.ofOtherAccount(path: path, found: found, wanted: number)
        }
        completion(.success(()))
      } catch {
        let problem = JournalProblem(error)
        if problem.stopsTheStore { line.stop(by: problem) }
        completion(.failure(problem))
      }
    }
  }
}
