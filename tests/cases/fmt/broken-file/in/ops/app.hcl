terraform "app" {
 inputs={
