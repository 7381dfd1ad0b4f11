<?php
/**
 * WordPress's own place for another database: this one holds the options of the test and nothing else, so that the real
 * WordPress runs without a database server.
 */

class OptionsOnly extends wpdb {
	private $rows = array();

	public function __construct( array $options ) {
		$this->field_types = array();
		$this->charset     = 'utf8mb4';
		$this->ready       = true;
		$this->set_prefix( 'wp_' );
		foreach ( $options as $name => $value ) {
			$this->rows[] = (object) array( 'option_name' => $name, 'option_value' => $value, 'autoload' => 'yes' );
		}
	}

	public function query( $query ) {
		$this->last_result = strpos( $query, 'autoload' ) ? $this->rows : array();
		return count( $this->last_result );
	}

	public function _real_escape( $text ) {
		return $this->add_placeholder_escape( addslashes( $text ) );
	}

	public function db_version() {
		return '8.0';
	}

	public function check_connection( $allow_bail = true ) {
		return true;
	}
}

$wpdb = new OptionsOnly(
	array(
		'siteurl'        => 'http://' . $_SERVER['HTTP_HOST'],
		'home'           => 'http://' . $_SERVER['HTTP_HOST'],
		'blogname'       => 'A WordPress site',
		'blog_charset'   => 'UTF-8',
		'html_type'      => 'text/html',
		'cron'           => serialize( array( 'version' => 2 ) ),
		'wp_user_roles'  => serialize( array() ),
		'anchorline_api'  => getenv( 'ANCHORLINE_API' ),
		'anchorline_mode' => getenv( 'ANCHORLINE_MODE' ),
	)
);
