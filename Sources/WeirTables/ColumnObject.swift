package import WeirBase

/// What a column can hold besides numbers, texts and times: an image, for one.
package protocol ColumnObject: Archivable {
  /// One short line for a cell of a shown table ("28x28 gray").
  var shortDescription: String { get }
}
