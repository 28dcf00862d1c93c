/// How much of a request is read before it is refused. Octets.
package struct ParserLimits: Equatable, Sendable {
  /// The request line with its line end; past it 414.
  package var requestLine = 16 << 10
  /// All field lines together, with the empty line that ends them; past it 431.
  package var headerBlock = 32 << 10
  /// How many field lines; past it 431.
  package var fieldCount = 100
  /// The content, decoded; past it 413.
  package var content = 1 << 20
  /// One chunk-size line with its extensions; past it 400.
  package var chunkSizeLine = 1 << 10
  /// All trailer fields of a chunked message together; past it 431.
  package var trailerBlock = 8 << 10

  package init() {}
}
